import { Button, Modal, Table } from 'antd'
import { useState } from 'react'
import { DisableKey, EnableKey } from '../../../api/keys.ts'
import { TagResources } from '../../../api/tags.ts'
import { call } from '../../call.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { PairsInput } from '../../form/pairs-input.tsx'
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries } from '../../queries.ts'
import { useRegionId } from '../../service/region.ts'
import { useSay } from '../../text/language.tsx'
import { Aliases, LastUsed } from './key-columns.tsx'

interface Props {
  readonly keyIds: readonly string[]
  done(): void
}

/** What is done to several keys at once. */
export function KeySelectionActions({ keyIds, done }: Props) {
  const say = useSay()
  const told = useTold()
  const regionId = useRegionId()
  const [open, setOpen] = useState<'tag' | 'disable'>()
  if (keyIds.length === 0) return null
  const count = keyIds.length
  const close = (): void => setOpen(undefined)

  async function disable(): Promise<void> {
    let requestId = ''
    // one after the other: who is refused for one is told of that one
    for (const keyId of keyIds) requestId = (await call(DisableKey, { keyId })).requestId
    await queries.invalidateQueries()
    told(say('keys.disabled'), requestId, {
      async call() {
        let enabled = { requestId: '' }
        for (const keyId of keyIds) enabled = await call(EnableKey, { keyId })
        return enabled
      },
      done: say('key.enabled'),
    })
    done()
  }

  return (
    <>
      <span className="row">
        {say('list.selected', { count })}
        <Button onClick={() => setOpen('tag')}>{say('keys.tagSelected')}</Button>
        <Button danger onClick={() => setOpen('disable')}>
          {say('keys.disableSelected')}
        </Button>
      </span>
      {open === 'disable' && (
        <DangerDialog
          title={say('keys.disableTitle', { count })}
          effect={say('keys.disableEffect')}
          impact={
            <Table<{ readonly keyId: string }>
              size="small"
              rowKey="keyId"
              pagination={{ pageSize: 5, hideOnSinglePage: true, showSizeChanger: false }}
              dataSource={keyIds.map((keyId) => ({ keyId }))}
              columns={[
                { title: say('keys.alias'), render: (_, { keyId }) => <Aliases keyId={keyId} /> },
                { title: say('keys.id'), render: (_, { keyId }) => <span className="mono">{keyId}</span> },
                { title: say('keys.lastUsed'), render: (_, { keyId }) => <LastUsed keyId={keyId} /> },
              ]}
            />
          }
          confirm={say('keys.disableSelected')}
          run={disable}
          close={close}
        />
      )}
      {open === 'tag' && (
        <Modal open footer={null} title={say('keys.tagTitle', { count })} onCancel={close}>
          <OperationForm
            operation={TagResources}
            fixed={{ resourceType: 'key', resourceId: keyIds, regionId }}
            overrides={{ Tag: { control: <KeyValueTags /> } }}
            about={{ 'InvalidParameter.TagKey': 'Tag', 'InvalidParameter.TagValue': 'Tag' }}
            submit={say('dialog.save')}
            done={({ requestId }) => {
              told(say('keys.tagged'), requestId)
              close()
              done()
            }}
          />
        </Modal>
      )}
    </>
  )
}

interface Tag {
  readonly key: string
  readonly value?: string
}

function KeyValueTags({
  value = [],
  onChange,
}: {
  readonly value?: readonly Tag[]
  onChange?(value: readonly Tag[]): void
}) {
  const say = useSay()
  return (
    <PairsInput
      names={{ name: say('form.tagKey'), value: say('form.tagValue') }}
      value={value.map(({ key, value: tagValue }) => ({ name: key, value: tagValue }))}
      onChange={(pairs) =>
        onChange?.(pairs.map(({ name = '', value: tagValue = '' }) => ({ key: name, value: tagValue })))
      }
    />
  )
}
