import { Alert, Button, Skeleton, Tabs } from 'antd'
import { useParams, useSearchParams } from 'react-router'
import { ListAliasesByKeyId } from '../../../api/aliases.ts'
import { CancelKeyDeletion, DescribeKey, DisableKey, EnableKey } from '../../../api/keys.ts'
import { call } from '../../call.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { PlannedDeletion } from '../../parts/planned-deletion.tsx'
import { StateTag } from '../../parts/state-tag.tsx'
import { useTold } from '../../parts/told.tsx'
import { useAnswer, useChange } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { AuditTable } from '../activity/audit-table.tsx'
import { KeyAccess } from './key-access.tsx'
import type { KeyMetadata } from './key-columns.tsx'
import { KeyDanger } from './key-danger.tsx'
import { KeyMaterial } from './key-material.tsx'
import { KeyOverview } from './key-overview.tsx'
import { KeyUsage } from './key-usage.tsx'
import { KeyVersions } from './key-versions.tsx'
import { KeyUse } from './use/key-use.tsx'

export function KeyPage() {
  const say = useSay()
  const { keyId = '' } = useParams()
  const { data, error, isPending, refetch } = useAnswer(DescribeKey, { keyId })
  if (data) return <KeyTabs metadata={data.keyMetadata} />
  return (
    <>
      <PageHead title={say('key.title')} />
      {isPending ? (
        <Skeleton active />
      ) : (
        <ErrorNote error={error} retry={<Button onClick={() => void refetch()}>{say('list.retry')}</Button>} />
      )}
    </>
  )
}

function KeyTabs({ metadata }: { readonly metadata: KeyMetadata & { readonly deletionProtection: string } }) {
  const say = useSay()
  const [parameters, setParameters] = useSearchParams()
  const { keyId } = metadata
  const tabs = [
    { key: 'overview', label: say('key.overview'), children: <KeyOverview metadata={metadata} /> },
    { key: 'versions', label: say('key.versions'), children: <KeyVersions metadata={metadata} /> },
    { key: 'use', label: say('key.use'), children: <KeyUse metadata={metadata} /> },
    { key: 'access', label: say('key.access'), children: <KeyAccess metadata={metadata} /> },
    ...(metadata.origin === 'EXTERNAL'
      ? [{ key: 'material', label: say('key.material'), children: <KeyMaterial metadata={metadata} /> }]
      : []),
    {
      key: 'activity',
      label: say('key.activity'),
      children: (
        <div className="stack">
          <KeyUsage keyId={keyId} />
          <div>
            <AuditTable fixed={{ resource: keyId }} name="key-activity" />
          </div>
        </div>
      ),
    },
    { key: 'danger', label: say('key.danger'), children: <KeyDanger metadata={metadata} /> },
  ]
  return (
    <>
      <KeyHead metadata={metadata} />
      <StateNotes metadata={metadata} />
      <Tabs
        activeKey={parameters.get('tab') ?? 'overview'}
        onChange={(tab) => setParameters({ tab })}
        destroyOnHidden
        items={tabs}
      />
    </>
  )
}

function KeyHead({ metadata: { keyId, arn, keyState } }: { readonly metadata: KeyMetadata }) {
  const say = useSay()
  const told = useTold()
  const enable = useChange(EnableKey)
  const disable = useChange(DisableKey)
  const { data } = useAnswer(ListAliasesByKeyId, { keyId, pageSize: 100 })
  const name = data?.aliases.alias[0]?.aliasName ?? keyId
  const turnOn = (): void =>
    enable.mutate({ keyId }, { onSuccess: ({ requestId }) => told(say('key.enabled'), requestId) })
  const turnOff = (): void =>
    disable.mutate(
      { keyId },
      {
        onSuccess: ({ requestId }) =>
          told(say('keys.disabled'), requestId, { call: () => call(EnableKey, { keyId }), done: say('key.enabled') }),
      },
    )
  return (
    <>
      <PageHead
        title={name}
        beside={
          <>
            <StateTag state={keyState} />
            <span className="row" style={{ gap: 2 }}>
              ARN <CopyButton text={arn} label={say('copy.this', { text: arn })} />
            </span>
          </>
        }
        actions={
          <>
            {keyState === 'Disabled' && (
              <Button type="primary" loading={enable.isPending} onClick={turnOn}>
                {say('key.enable')}
              </Button>
            )}
            {keyState === 'Enabled' && (
              <Button danger loading={disable.isPending} onClick={turnOff} title={say('keys.disableEffect')}>
                {say('key.disable')}
              </Button>
            )}
          </>
        }
      />
      <ErrorNote error={enable.error ?? disable.error} />
    </>
  )
}

function StateNotes({ metadata: { keyId, keyState, deleteDate } }: { readonly metadata: KeyMetadata }) {
  const say = useSay()
  const [, setParameters] = useSearchParams()
  if (keyState === 'PendingDeletion')
    return (
      <PlannedDeletion
        title={say('key.willBeDeleted')}
        time={deleteDate}
        operation={CancelKeyDeletion}
        input={{ keyId }}
        label={say('key.cancelDeletion')}
        done={say('key.deletionCancelled')}
      />
    )
  if (keyState !== 'PendingImport') return null
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBottom: 12 }}
      title={say('key.waitsForMaterial')}
      action={<Button onClick={() => setParameters({ tab: 'material' })}>{say('key.import')}</Button>}
    />
  )
}
