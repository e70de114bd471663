import { Button, Card, Modal, Skeleton } from 'antd'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import {
  CreateClientKey,
  DeleteApplicationAccessPoint,
  DeleteClientKey,
  DescribeApplicationAccessPoint,
  ListClientKeys,
  UpdateApplicationAccessPoint,
} from '../../../api/application-access.ts'
import type { ResponseOf } from '../../../api/operation.ts'
import { call } from '../../call.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { Copyable } from '../../parts/copyable.tsx'
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Facts } from '../../parts/facts.tsx'
import { NextStep } from '../../parts/next-step.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { saveFile } from '../../parts/save-button.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { zip } from '../../parts/zip.ts'
import { queries, useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { CallsOf } from '../activity/callers-card.tsx'
import { Life } from './life.tsx'
import { namesIn } from './names-in.ts'
import { newPassword } from './set-up.ts'

type ClientKey = ResponseOf<typeof ListClientKeys>['clientKeys'][number]

export function ApplicationPage() {
  const say = useSay()
  const told = useTold()
  const navigate = useNavigate()
  const { name = '' } = useParams()
  const [open, setOpen] = useState<'edit' | 'delete'>()
  const { data, error } = useAnswer(DescribeApplicationAccessPoint, { name })
  const close = (): void => setOpen(undefined)
  return (
    <>
      <PageHead
        title={name}
        actions={
          <>
            <Button onClick={() => setOpen('edit')}>{say('word.edit')}</Button>
            <Button danger onClick={() => setOpen('delete')}>
              {say('word.delete')}
            </Button>
          </>
        }
      />
      <div className="stack">
        <ErrorNote error={error} />
        {data ? (
          <Facts
            facts={[
              { name: 'ARN', value: <Copyable text={data.arn} /> },
              {
                name: say('apps.policies'),
                value: namesIn(data.policies).map((policy) => (
                  <Link key={policy} to={`/applications?tab=policies&policy=${policy}`} style={{ marginInlineEnd: 8 }}>
                    {policy}
                  </Link>
                )),
              },
              { name: say('word.description'), value: data.description },
            ]}
          />
        ) : (
          !error && <Skeleton active />
        )}
        <ClientKeys name={name} arn={data?.arn ?? ''} />
      </div>
      {open === 'edit' && data && (
        <Modal open footer={null} title={say('word.edit')} onCancel={close}>
          <OperationForm
            operation={UpdateApplicationAccessPoint}
            fixed={{ name }}
            initial={{ Policies: namesIn(data.policies), Description: data.description }}
            submit={say('dialog.save')}
            done={({ requestId }) => {
              told(say('key.saved'), requestId)
              close()
            }}
          />
        </Modal>
      )}
      {open === 'delete' && (
        <DangerDialog
          title={say('apps.delete', { name })}
          effect={say('apps.deleteEffect')}
          impact={data && <Calls arn={data.arn} />}
          typed={name}
          confirm={say('word.delete')}
          run={async () => {
            const { requestId } = await call(DeleteApplicationAccessPoint, { name })
            void queries.invalidateQueries()
            told(say('apps.deleted'), requestId)
            void navigate('/applications')
          }}
          close={close}
        />
      )}
    </>
  )
}

/** What an application called lately. As a caller it is of no region. */
function Calls({ arn }: { readonly arn: string }) {
  const say = useSay()
  const caller = arn.replace(/^acs:kms:[^:]*:/, 'acs:kms::')
  return <Facts columns={1} facts={[{ name: say('impact.calls'), value: <CallsOf arn={caller} /> }]} />
}

function ClientKeys({ name, arn }: { readonly name: string; readonly arn: string }) {
  const say = useSay()
  const told = useTold()
  const [removing, setRemoving] = useState<ClientKey>()
  const [failure, setFailure] = useState<unknown>()
  const { data, error, isPending, refetch } = useAnswer(ListClientKeys, { aapName: name })

  async function create(): Promise<void> {
    setFailure(undefined)
    try {
      const password = newPassword()
      const { clientKeyId, privateKeyData, requestId } = await call(CreateClientKey, { aapName: name, password })
      saveFile(
        `${name}-client-key.zip`,
        zip([
          { name: 'clientKey.json', content: JSON.stringify({ KeyId: clientKeyId, PrivateKeyData: privateKeyData }) },
          { name: 'password.txt', content: password },
        ]),
      )
      void queries.invalidateQueries()
      told(say('apps.clientKeyMade'), requestId)
    } catch (reason) {
      setFailure(reason)
    }
  }

  return (
    <Card
      size="small"
      title={say('apps.clientKeys')}
      extra={
        <Button size="small" type="primary" onClick={() => void create()}>
          {say('apps.newClientKey')}
        </Button>
      }
    >
      <ErrorNote error={failure} />
      <DataTable<ClientKey>
        name="client-keys"
        rows={data?.clientKeys}
        rowKey={({ clientKeyId }) => clientKeyId}
        error={error}
        isLoading={isPending}
        retry={refetch}
        empty={<NextStep text={say('apps.noClientKeys')} />}
        columns={[
          { key: 'id', title: 'ClientKeyId', render: ({ clientKeyId }) => <Copyable text={clientKeyId} /> },
          { key: 'created', title: say('word.created'), render: ({ createTime }) => <Time value={createTime} /> },
          {
            key: 'life',
            title: say('apps.validUntil'),
            render: ({ notBefore, notAfter, clientKeyId }) => (
              <Life from={notBefore} until={notAfter} name={clientKeyId} />
            ),
          },
          {
            key: 'actions',
            title: say('secrets.actions'),
            render: (row) => (
              <Button size="small" danger onClick={() => setRemoving(row)}>
                {say('word.delete')}
              </Button>
            ),
          },
        ]}
      />
      {removing && (
        <DangerDialog
          title={say('apps.deleteClientKey')}
          effect={say('apps.deleteClientKeyEffect')}
          impact={<Calls arn={arn} />}
          confirm={say('word.delete')}
          run={async () => {
            const { requestId } = await call(DeleteClientKey, { clientKeyId: removing.clientKeyId })
            void queries.invalidateQueries()
            told(say('apps.clientKeyDeleted'), requestId)
          }}
          close={() => setRemoving(undefined)}
        />
      )}
    </Card>
  )
}
