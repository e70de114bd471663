import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Card } from 'antd'
import { GetServiceStatus } from '../../../api/oversight.ts'
import { Time } from '../../parts/time.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'

interface Health {
  readonly status: string
  readonly sealed: boolean
  readonly store: boolean
  readonly audit: boolean
  readonly auditSpace?: string
  readonly clock: boolean
}

const everyMs = 10_000

/** What state the server is in, in one line. Asks where no session is needed, so that it keeps none alive. */
export function StateStrip() {
  const say = useSay()
  const { data } = useQuery({
    queryKey: ['healthz'],
    queryFn: async ({ signal }): Promise<Health> => (await fetch('/healthz', { signal, cache: 'no-store' })).json(),
    refetchInterval: everyMs,
  })
  const signedTime = useAnswer(GetServiceStatus, {}).data?.audit.signedTime
  if (!data) return null
  const parts = [
    { name: say('overview.unsealed'), isFine: !data.sealed },
    { name: say('overview.store'), isFine: data.store },
    { name: say('overview.audit'), isFine: data.audit && data.auditSpace !== 'spent' },
    { name: say('overview.clock'), isFine: data.clock },
  ]
  return (
    <Card size="small">
      <div className="row" style={{ gap: 24 }}>
        <strong>{say(data.status === 'ok' ? 'overview.healthy' : 'overview.unhealthy')}</strong>
        {parts.map(({ name, isFine }) => (
          <span key={name} className="row" style={{ gap: 6 }}>
            {isFine ? (
              <CheckCircleFilled style={{ color: '#389e0d' }} />
            ) : (
              <CloseCircleFilled style={{ color: '#cf1322' }} />
            )}
            {name}: {say(isFine ? 'overview.good' : 'overview.bad')}
          </span>
        ))}
        {signedTime !== undefined && (
          <span>
            {say('system.auditVerified')} <Time value={signedTime} />
          </span>
        )}
      </div>
    </Card>
  )
}
