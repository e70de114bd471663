import { Card, Segmented } from 'antd'
import { useState } from 'react'
import { GetMetricsHistory } from '../../../api/oversight.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Plot } from '../../parts/plot.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'

const spans = {
  hour: { seconds: 3600, period: 60 },
  day: { seconds: 86_400, period: 3600 },
  month: { seconds: 2_592_000, period: 86_400 },
} as const

const nowToMinute = (): number => Math.floor(Date.now() / 60_000) * 60_000
const wire = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** Calls, errors and how long they took, as plots that are tables, too. */
export function Traffic({ keyId }: { readonly keyId?: string }) {
  const say = useSay()
  const [span, setSpan] = useState<keyof typeof spans>('hour')
  const [now] = useState(nowToMinute)
  const { seconds, period } = spans[span]
  const { data, error } = useAnswer(GetMetricsHistory, {
    startTime: wire(now - seconds * 1000),
    periodSeconds: period,
    ...(keyId ? { keyId } : {}),
  })
  const points = data?.points ?? []
  return (
    <Card
      size="small"
      title={say('overview.traffic')}
      extra={
        <Segmented
          size="small"
          value={span}
          onChange={setSpan}
          options={(['hour', 'day', 'month'] as const).map((value) => ({ value, label: say(`overview.${value}`) }))}
        />
      }
    >
      <ErrorNote error={error} />
      <div className="two-columns">
        <Plot
          name={say('overview.calls')}
          times={points.map(({ time }) => time)}
          series={[
            { name: say('overview.calls'), values: points.map(({ requests }) => requests), colour: '#2a9d9d' },
            {
              name: say('overview.refused'),
              values: points.map(({ clientErrors }) => clientErrors),
              colour: '#e8833a',
            },
            { name: say('overview.errors'), values: points.map(({ serverErrors }) => serverErrors), colour: '#d4434f' },
          ]}
        />
        <Plot
          name={say('overview.latency')}
          unit="ms"
          times={points.map(({ time }) => time)}
          series={[
            { name: 'p50', values: points.map(({ p50Microseconds = 0 }) => p50Microseconds / 1000), colour: '#2a9d9d' },
            { name: 'p99', values: points.map(({ p99Microseconds = 0 }) => p99Microseconds / 1000), colour: '#8a6fd1' },
          ]}
        />
      </div>
    </Card>
  )
}
