import { Card, Progress, Skeleton } from 'antd'
import { Link, useParams } from 'react-router'
import { GetKmsInstance, GetKmsInstanceQuotaInfos } from '../../../api/instances.ts'
import { Copyable } from '../../parts/copyable.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Facts } from '../../parts/facts.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { SaveButton } from '../../parts/save-button.tsx'
import { StateTag } from '../../parts/state-tag.tsx'
import { Time } from '../../parts/time.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'

export function InstancePage() {
  const say = useSay()
  const { instanceId = '' } = useParams()
  const { data, error } = useAnswer(GetKmsInstance, { kmsInstanceId: instanceId })
  const instance = data?.kmsInstance
  return (
    <>
      <PageHead
        title={instance?.instanceName || instanceId}
        beside={instance && <StateTag state={instance.status} />}
      />
      <ErrorNote error={error} />
      {!instance && !error && <Skeleton active />}
      {instance && (
        <div className="stack">
          <Facts
            facts={[
              { name: say('keys.instance'), value: <Copyable text={instance.instanceId} /> },
              { name: say('word.type'), value: instance.productType },
              { name: say('instances.endpoint'), value: <Copyable text={location.host} /> },
              {
                name: say('instances.endpointCloud'),
                value: <Copyable text={`${instance.instanceId}.cryptoservice.kms.aliyuncs.com`} />,
              },
              { name: say('word.created'), value: <Time value={instance.createTime} /> },
              {
                name: say('instances.ca'),
                value: (
                  <SaveButton
                    name={`${instance.instanceId}-ca.pem`}
                    content={instance.caCertificateChainPem}
                    label={say('instances.downloadCa')}
                  />
                ),
              },
              {
                name: say('instances.networks'),
                value: instance.bindVpcs.bindVpc.map(({ vpcId }) => vpcId).join(', ') || instance.vpcId || '–',
              },
              {
                name: say('menu.keys'),
                value: <Link to={`/keys?instance=${instance.instanceId}`}>{say('instances.showKeys')}</Link>,
              },
            ]}
          />
          <Quotas instanceId={instanceId} />
        </div>
      )}
    </>
  )
}

function Quotas({ instanceId }: { readonly instanceId: string }) {
  const say = useSay()
  const { data, error } = useAnswer(GetKmsInstanceQuotaInfos, { kmsInstanceId: instanceId })
  return (
    <Card size="small" title={say('instances.quotas')}>
      <ErrorNote error={error} />
      <div className="two-columns">
        {(data?.kmsInstanceQuotaInfos ?? []).map(({ resourceType, resourceQuota, usedQuantity }) => {
          const percent = resourceQuota === 0 ? 0 : Math.round((usedQuantity / resourceQuota) * 100)
          return (
            <div key={resourceType}>
              {resourceType}: {usedQuantity} / {resourceQuota}
              <Progress
                aria-label={resourceType}
                percent={percent}
                {...(percent >= 90 ? { status: 'exception' as const } : {})}
              />
            </div>
          )
        })}
      </div>
    </Card>
  )
}
