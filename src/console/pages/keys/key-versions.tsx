import { Button, Card, Modal, Tag, Timeline } from 'antd'
import { useState } from 'react'
import { CreateKeyVersion, ListKeyVersions, UpdateRotationPolicy } from '../../../api/keys.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { Copyable } from '../../parts/copyable.tsx'
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { useAnswer, useChange } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { type KeyMetadata, rotationText } from './key-columns.tsx'

export function KeyVersions({ metadata }: { readonly metadata: KeyMetadata }) {
  const say = useSay()
  const told = useTold()
  const [open, setOpen] = useState<'rotate' | 'interval'>()
  const [pageSize, setPageSize] = useState(20)
  const { keyId, primaryKeyVersion, keySpec, origin } = metadata
  const { data, error } = useAnswer(ListKeyVersions, { keyId, pageSize }, { keepPrevious: true })
  const rotate = useChange(CreateKeyVersion)
  const versions = data?.keyVersions.keyVersion ?? []
  const isSymmetric = /^Aliyun_/.test(keySpec)
  const close = (): void => setOpen(undefined)
  return (
    <div className="stack">
      <Card
        size="small"
        title={say('keys.rotation')}
        extra={
          <span className="row">
            {isSymmetric && origin !== 'EXTERNAL' && (
              <Button size="small" onClick={() => setOpen('interval')}>
                {say('key.changeInterval')}
              </Button>
            )}
            {origin !== 'EXTERNAL' && (
              <Button size="small" type="primary" onClick={() => setOpen('rotate')}>
                {say(isSymmetric ? 'key.rotateNow' : 'key.newVersion')}
              </Button>
            )}
          </span>
        }
      >
        <Facts
          facts={[
            { name: say('keys.rotation'), value: rotationText(say, metadata) },
            { name: say('key.nextRotation'), value: <Time value={metadata.nextRotationDate} /> },
            { name: say('key.lastRotation'), value: <Time value={metadata.lastRotationDate} /> },
            { name: say('key.versionCount'), value: data?.totalCount ?? '–' },
          ]}
        />
      </Card>
      <Card size="small" title={say('key.allVersions')}>
        <ErrorNote error={error} />
        <Timeline
          items={versions.map(({ keyVersionId, creationDate }) => ({
            key: keyVersionId,
            content: (
              <span className="row">
                <Copyable text={keyVersionId} />
                {keyVersionId === primaryKeyVersion && <Tag color="success">{say('key.primary')}</Tag>}
                <Time value={creationDate} />
              </span>
            ),
          }))}
        />
        {data && data.totalCount > versions.length && (
          <Button onClick={() => setPageSize(Math.min(pageSize + 40, 101))}>{say('list.more')}</Button>
        )}
      </Card>
      {open === 'rotate' && (
        <DangerDialog
          title={say(isSymmetric ? 'key.rotateNow' : 'key.newVersion')}
          effect={say(isSymmetric ? 'key.rotateEffect' : 'key.newVersionEffect')}
          confirm={say(isSymmetric ? 'key.rotateNow' : 'key.newVersion')}
          run={async () => {
            const { requestId } = await rotate.mutateAsync({ keyId })
            told(say('key.rotated'), requestId)
          }}
          close={close}
        />
      )}
      {open === 'interval' && (
        <Modal open footer={null} title={say('key.changeInterval')} onCancel={close}>
          <OperationForm
            operation={UpdateRotationPolicy}
            fixed={{ keyId }}
            initial={{
              EnableAutomaticRotation: metadata.automaticRotation !== 'Disabled',
              RotationInterval: inDays(metadata.rotationInterval),
            }}
            submit={say('dialog.save')}
            done={({ requestId }) => {
              told(say('key.saved'), requestId)
              close()
            }}
          />
        </Modal>
      )}
    </div>
  )
}

const inDays = (interval: string | undefined): string =>
  interval === undefined ? '90d' : `${Math.round(Number.parseInt(interval, 10) / 86_400)}d`
