import { Card } from 'antd'
import { useState } from 'react'
import { GetMetricsHistory } from '../../../api/oversight.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { plotColours } from '../../parts/plots/colours.ts'
import { everyPeriod } from '../../parts/plots/every-period.ts'
import { HeatMap } from '../../parts/plots/heat-map.tsx'
import { LinePlot } from '../../parts/plots/line-plot.tsx'
import { monthSeconds, secondsAgo } from '../../parts/wire-time.ts'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'

/** How much a key was used in the last 30 days, and at what hours of the week. */
export function KeyUsage({ keyId }: { readonly keyId: string }) {
  const say = useSay()
  const [startTime] = useState(() => secondsAgo(monthSeconds))
  const days = useAnswer(GetMetricsHistory, { keyId, startTime, periodSeconds: 86_400 })
  const hours = useAnswer(GetMetricsHistory, { keyId, startTime, periodSeconds: 3600 })
  const points = everyPeriod(
    (days.data?.points ?? []).map(({ time, requests }) => ({ time, requests })),
    86_400,
    { requests: 0 },
  )
  return (
    <Card size="small" title={say('key.usage')}>
      <ErrorNote error={days.error ?? hours.error} />
      <div className="two-columns">
        <LinePlot
          name={say('key.usesByDay')}
          times={points.map(({ time }) => time)}
          series={[{ name: say('key.uses'), colour: plotColours.teal, values: points.map(({ requests }) => requests) }]}
        />
        <HeatMap
          name={say('key.usesByHour')}
          hours={(hours.data?.points ?? []).map(({ time, requests }) => ({ time, count: requests }))}
        />
      </div>
    </Card>
  )
}
