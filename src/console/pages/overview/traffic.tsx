import { Card, Segmented } from 'antd'
import { useState } from 'react'
import { GetMetricsHistory } from '../../../api/oversight.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Bars } from '../../parts/plots/bars.tsx'
import { plotColours } from '../../parts/plots/colours.ts'
import { everyPeriod } from '../../parts/plots/every-period.ts'
import { LinePlot } from '../../parts/plots/line-plot.tsx'
import { secondsAgo } from '../../parts/wire-time.ts'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'

const spans = {
  hour: { seconds: 3600, period: 60 },
  day: { seconds: 86_400, period: 3600 },
  month: { seconds: 2_592_000, period: 86_400 },
} as const

const noCalls = {
  ...{ requests: 0, clientErrors: 0, serverErrors: 0, throttled: 0, uses: 0, changes: 0 },
  ...{ p50Microseconds: 0, p95Microseconds: 0, p99Microseconds: 0, eventLoopLagMicroseconds: 0 },
}

/** Calls, errors and how long they took, as plots that are tables, too. */
export function Traffic() {
  const say = useSay()
  const [span, setSpan] = useState<keyof typeof spans>('hour')
  const { period } = spans[span]
  const [startTimes] = useState(() => ({
    hour: secondsAgo(spans.hour.seconds),
    day: secondsAgo(spans.day.seconds),
    month: secondsAgo(spans.month.seconds),
  }))
  const { data, error } = useAnswer(GetMetricsHistory, { startTime: startTimes[span], periodSeconds: period })
  const points = everyPeriod(data?.points ?? [], period, noCalls)
  const times = points.map(({ time }) => time)
  const of = (value: (point: (typeof points)[number]) => number): readonly number[] => points.map(value)
  const codes = (data?.codes ?? []).filter(({ code }) => code !== 'Success')
  const refused = (data?.callers ?? []).filter((caller) => caller.refused > 0)
  return (
    <Card
      size="small"
      title={say('overview.traffic')}
      extra={
        <Segmented
          size="small"
          aria-label={say('overview.span')}
          value={span}
          onChange={setSpan}
          options={(['hour', 'day', 'month'] as const).map((value) => ({ value, label: say(`overview.${value}`) }))}
        />
      }
    >
      <ErrorNote error={error} />
      <div className="two-columns">
        <LinePlot
          name={say('overview.calls')}
          isStacked
          times={times}
          series={[
            { name: say('overview.uses'), colour: plotColours.teal, values: of(({ uses }) => uses) },
            { name: say('overview.changes'), colour: plotColours.orange, values: of(({ changes }) => changes) },
            {
              name: say('overview.looks'),
              colour: plotColours.violet,
              values: of(({ requests, uses, changes }) => requests - uses - changes),
            },
          ]}
        />
        <LinePlot
          name={say('overview.failures')}
          times={times}
          series={[
            {
              name: say('overview.refused'),
              colour: plotColours.orange,
              values: of(({ clientErrors }) => clientErrors),
            },
            { name: say('overview.throttled'), colour: plotColours.violet, values: of(({ throttled }) => throttled) },
            { name: say('overview.errors'), colour: plotColours.red, values: of(({ serverErrors }) => serverErrors) },
          ]}
        />
        <LinePlot
          name={say('overview.latency')}
          unit="ms"
          times={times}
          series={[
            { name: 'p50', colour: plotColours.teal, values: of(({ p50Microseconds }) => p50Microseconds / 1000) },
            { name: 'p95', colour: plotColours.orange, values: of(({ p95Microseconds }) => p95Microseconds / 1000) },
            { name: 'p99', colour: plotColours.violet, values: of(({ p99Microseconds }) => p99Microseconds / 1000) },
          ]}
        />
        <LinePlot
          name={say('overview.lag')}
          unit="ms"
          times={times}
          series={[
            {
              name: say('overview.longest'),
              colour: plotColours.teal,
              values: of(({ eventLoopLagMicroseconds }) => eventLoopLagMicroseconds / 1000),
            },
          ]}
        />
        <Bars
          name={say('overview.byCode')}
          of={say('audit.code')}
          counted={say('audit.calls')}
          colour={plotColours.orange}
          bars={codes.map(({ code, requests }) => ({ name: code, count: requests }))}
        />
        {span !== 'hour' && (
          <Bars
            name={say('overview.byCaller')}
            of={say('audit.caller')}
            counted={say('audit.refused')}
            colour={plotColours.red}
            bars={refused
              .sort((a, b) => b.refused - a.refused)
              .map(({ caller, refused: count }) => ({ name: caller, count }))}
          />
        )}
      </div>
    </Card>
  )
}
