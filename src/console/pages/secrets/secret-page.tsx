import { Button, Modal, Skeleton, Tabs } from 'antd'
import { useState } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { DescribeSecret, RestoreSecret } from '../../../api/secrets.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { PlannedDeletion } from '../../parts/planned-deletion.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { AuditTable } from '../activity/audit-table.tsx'
import { PutValueForm } from './put-value-form.tsx'
import type { Secret } from './secret.ts'
import { SecretAccess } from './secret-access.tsx'
import { SecretDanger } from './secret-danger.tsx'
import { SecretOverview } from './secret-overview.tsx'
import { SecretRotationTab } from './secret-rotation-tab.tsx'
import { SecretVersions } from './secret-versions.tsx'

export function SecretPage() {
  const say = useSay()
  const { secretName = '' } = useParams()
  const { data, error, isPending, refetch } = useAnswer(DescribeSecret, { secretName, fetchTags: true })
  if (data) return <SecretTabs secret={data} />
  return (
    <>
      <PageHead title={secretName} />
      {isPending ? (
        <Skeleton active />
      ) : (
        <ErrorNote error={error} retry={<Button onClick={() => void refetch()}>{say('list.retry')}</Button>} />
      )}
    </>
  )
}

function SecretTabs({ secret }: { readonly secret: Secret }) {
  const say = useSay()
  const [parameters, setParameters] = useSearchParams()
  const [isPutting, setPutting] = useState(false)
  const { secretName, arn, secretType } = secret
  return (
    <>
      <PageHead
        title={secretName}
        beside={
          <span className="row" style={{ gap: 2 }}>
            {secretType} · ARN <CopyButton text={arn} label={say('copy.this', { text: arn })} />
          </span>
        }
        actions={
          secretType === 'Generic' && (
            <Button type="primary" onClick={() => setPutting(true)}>
              {say('secrets.put')}
            </Button>
          )
        }
      />
      {secret.plannedDeleteTime && (
        <PlannedDeletion
          title={say('secrets.deletedOn')}
          time={secret.plannedDeleteTime}
          operation={RestoreSecret}
          input={{ secretName }}
          label={say('secrets.restore')}
          done={say('secrets.restored')}
        />
      )}
      <Tabs
        activeKey={parameters.get('tab') ?? 'overview'}
        onChange={(tab) => setParameters({ tab })}
        destroyOnHidden
        items={[
          { key: 'overview', label: say('key.overview'), children: <SecretOverview secret={secret} /> },
          { key: 'versions', label: say('secrets.versions'), children: <SecretVersions secretName={secretName} /> },
          { key: 'rotation', label: say('keys.rotation'), children: <SecretRotationTab secret={secret} /> },
          { key: 'access', label: say('key.access'), children: <SecretAccess secret={secret} /> },
          {
            key: 'activity',
            label: say('key.activity'),
            children: <AuditTable fixed={{ resource: secretName }} name="secret-activity" />,
          },
          { key: 'danger', label: say('key.danger'), children: <SecretDanger secret={secret} /> },
        ]}
      />
      {isPutting && (
        <Modal open width={640} footer={null} title={say('secrets.put')} onCancel={() => setPutting(false)}>
          <PutValueForm secretName={secretName} close={() => setPutting(false)} />
        </Modal>
      )}
    </>
  )
}
