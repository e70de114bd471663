import { Alert, Button, Card, Modal } from 'antd'
import { useState } from 'react'
import type { ResponseOf } from '../../../api/operation.ts'
import {
  CreateAccessKey,
  DeleteAccessKey,
  GetAccessKeyLastUsed,
  ListAccessKeys,
  UpdateAccessKey,
} from '../../../api/ram.ts'
import { call } from '../../call.ts'
import { Copyable } from '../../parts/copyable.tsx'
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Facts } from '../../parts/facts.tsx'
import { NextStep } from '../../parts/next-step.tsx'
import { SaveButton } from '../../parts/save-button.tsx'
import { StateTag } from '../../parts/state-tag.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries, useAnswer } from '../../queries.ts'
import { session } from '../../sign-in/session.ts'
import { useSay } from '../../text/language.tsx'
import { useWatched } from '../../watched.ts'

type AccessKey = ResponseOf<typeof ListAccessKeys>['accessKeys']['accessKey'][number]
type Made = ResponseOf<typeof CreateAccessKey>['accessKey']

export function AccessKeys({ userName }: { readonly userName: string }) {
  const say = useSay()
  const told = useTold()
  const [made, setMade] = useState<Made>()
  const [failure, setFailure] = useState<unknown>()
  const [changing, setChanging] = useState<{ readonly key: AccessKey; readonly how: 'disable' | 'delete' }>()
  const { data, error, isPending, refetch } = useAnswer(ListAccessKeys, { userName })
  const own = useWatched(session)
  const ownId = own.state === 'in' ? own.session.accessKeyId : ''

  async function create(): Promise<void> {
    setFailure(undefined)
    try {
      const { accessKey } = await call(CreateAccessKey, { userName })
      void queries.invalidateQueries()
      setMade(accessKey)
    } catch (reason) {
      setFailure(reason)
    }
  }

  async function setStatus(accessKeyId: string, status: 'Active' | 'Inactive'): Promise<void> {
    const { requestId } = await call(UpdateAccessKey, { userName, userAccessKeyId: accessKeyId, status })
    void queries.invalidateQueries()
    const back = status === 'Active' ? 'Inactive' : 'Active'
    told(say('key.saved'), requestId, {
      call: () => call(UpdateAccessKey, { userName, userAccessKeyId: accessKeyId, status: back }),
      done: say('key.saved'),
    })
  }

  async function change(): Promise<void> {
    if (!changing) return
    const { accessKeyId } = changing.key
    if (changing.how === 'disable') return setStatus(accessKeyId, 'Inactive')
    const { requestId } = await call(DeleteAccessKey, { userName, userAccessKeyId: accessKeyId })
    void queries.invalidateQueries()
    told(say('iam.deleted'), requestId)
  }

  return (
    <Card
      size="small"
      title={say('iam.accessKeys')}
      extra={
        <Button size="small" type="primary" onClick={() => void create()}>
          {say('iam.createAccessKey')}
        </Button>
      }
    >
      <ErrorNote error={failure} />
      <DataTable<AccessKey>
        name="access-keys"
        rows={data?.accessKeys.accessKey}
        rowKey={({ accessKeyId }) => accessKeyId}
        error={error}
        isLoading={isPending}
        retry={refetch}
        empty={
          <NextStep
            text={say('iam.noAccessKeys')}
            action={{ label: say('iam.createAccessKey'), run: () => void create() }}
          />
        }
        columns={[
          { key: 'id', title: 'AccessKey ID', render: ({ accessKeyId }) => <Copyable text={accessKeyId} /> },
          { key: 'state', title: say('word.state'), render: ({ status }) => <StateTag state={status} /> },
          { key: 'created', title: say('word.created'), render: ({ createDate }) => <Time value={createDate} /> },
          {
            key: 'used',
            title: say('keys.lastUsed'),
            render: ({ accessKeyId }) => <AccessKeyUse userName={userName} accessKeyId={accessKeyId} />,
          },
          {
            key: 'actions',
            title: say('secrets.actions'),
            render: (key) => (
              <span className="row">
                {key.status === 'Active' ? (
                  <Button size="small" onClick={() => setChanging({ key, how: 'disable' })}>
                    {say('iam.disable')}
                  </Button>
                ) : (
                  <Button size="small" onClick={() => void setStatus(key.accessKeyId, 'Active').catch(setFailure)}>
                    {say('key.enable')}
                  </Button>
                )}
                <Button size="small" danger onClick={() => setChanging({ key, how: 'delete' })}>
                  {say('word.delete')}
                </Button>
              </span>
            ),
          },
        ]}
      />
      {changing && (
        <DangerDialog
          title={`${say(changing.how === 'disable' ? 'iam.disable' : 'word.delete')}: ${changing.key.accessKeyId}`}
          effect={say(changing.how === 'disable' ? 'iam.disableEffect' : 'iam.deleteKeyEffect')}
          impact={
            <>
              <Facts
                columns={1}
                facts={[
                  {
                    name: say('keys.lastUsed'),
                    value: <AccessKeyUse userName={userName} accessKeyId={changing.key.accessKeyId} />,
                  },
                ]}
              />
              {changing.key.accessKeyId === ownId && <Alert type="error" showIcon title={say('iam.ownKey')} />}
            </>
          }
          {...(changing.key.accessKeyId === ownId || changing.how === 'delete'
            ? { typed: changing.key.accessKeyId }
            : {})}
          confirm={say(changing.how === 'disable' ? 'iam.disable' : 'word.delete')}
          run={change}
          close={() => setChanging(undefined)}
        />
      )}
      {made && <MadeOnce made={made} close={() => setMade(undefined)} />}
    </Card>
  )
}

function AccessKeyUse({ userName, accessKeyId }: { readonly userName: string; readonly accessKeyId: string }) {
  const say = useSay()
  const { data } = useAnswer(GetAccessKeyLastUsed, { userName, userAccessKeyId: accessKeyId })
  return <Time value={data?.accessKeyLastUsed.lastUsedDate} none={data ? say('word.never') : '…'} />
}

/** The secret is here once; closed, it cannot be opened again. */
function MadeOnce({ made: { accessKeyId, accessKeySecret }, close }: { readonly made: Made; close(): void }) {
  const say = useSay()
  const file = `AccessKeyId,AccessKeySecret\r\n${accessKeyId},${accessKeySecret}\r\n`
  return (
    <Modal
      open
      title={say('iam.accessKeyMade')}
      maskClosable={false}
      onCancel={close}
      footer={<Button onClick={close}>{say('dialog.close')}</Button>}
    >
      <div className="stack">
        <Alert type="warning" showIcon title={say('iam.shownOnce')} />
        <Facts
          columns={1}
          facts={[
            { name: 'AccessKey ID', value: <Copyable text={accessKeyId} /> },
            { name: 'AccessKey secret', value: <Copyable text={accessKeySecret} /> },
          ]}
        />
        <SaveButton name="AccessKey.csv" content={file} label={say('iam.download')} primary />
      </div>
    </Modal>
  )
}
