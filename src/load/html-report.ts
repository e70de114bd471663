import type { Histogram } from './histogram.ts'
import { linePlot, type Series } from './line-plot.ts'
import { type LoadResult, milliseconds, percents, totalOf } from './result.ts'
import { Tally, type TallyRecord } from './tally.ts'

/** A run as one HTML page that needs nothing else: figures, and plots of throughput, latency and its distribution. */
export function htmlReport(result: LoadResult): string {
  const total = totalOf(result)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(titleOf(result))}</title>
<style>${style}</style>
<h1>${escaped(titleOf(result))}</h1>
<p>${escaped(result.startedAt)} · ${(result.duration / 1000).toFixed(1)} s · ${escaped(settingsOf(result))}</p>
${table([headings, ...rowsOf(result, total)])}
${errorTable(total)}
<h2>Throughput</h2>
${throughputPlot(result)}
<h2>Latency</h2>
${latencyPlot(result)}
<h2>Latency distribution</h2>
${distributionPlot(total.ok)}
</html>
`
}

const titleOf = ({ operations }: LoadResult): string => `${Object.keys(operations).join(', ') || 'No call'} under load`
const settingsOf = ({ settings }: LoadResult): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ')

const headings = [
  '',
  'calls',
  'per second',
  'mean',
  ...percents.map((percent) => `p${percent}`),
  'max',
  'errors',
  'throttled',
  'timeouts',
]

function rowsOf(result: LoadResult, total: Tally): readonly (readonly string[])[] {
  const row = (name: string, tally: Tally): readonly string[] => [
    name,
    String(tally.finished),
    ((tally.finished * 1000) / Math.max(1, result.duration)).toFixed(0),
    ms(tally.ok.mean),
    ...percents.map((percent) => ms(tally.ok.percentile(percent))),
    ms(tally.ok.max),
    ...[tally.failed, tally.throttled, tally.timedOut].map(String),
  ]
  const entries: readonly (readonly [string, TallyRecord])[] = Object.entries(result.operations)
  const rows = entries.map(([name, record]) => row(name, Tally.of(record)))
  return entries.length > 1 ? [...rows, row('all', total)] : rows
}

const ms = (microseconds: number): string => `${milliseconds(microseconds).toFixed(2)} ms`

const errorTable = ({ errors }: Tally): string =>
  errors.size === 0 ? '' : table([['error', 'calls'], ...[...errors].map(([code, count]) => [code, String(count)])])

function table([first = [], ...rows]: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: string): string =>
    `<tr>${row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`
  return `<table>${cells(first, 'th')}${rows.map((row) => cells(row, 'td')).join('')}</table>`
}

function throughputPlot({ periods }: LoadResult): string {
  const series = (name: string, value: (period: LoadResult['periods'][number]) => number): Series => ({
    name,
    points: periods.map((period) => [period.at, value(period)]),
  })
  const failed = series('errors a second', ({ failed: errors, throttled, timedOut, finished, perSecond }) =>
    finished === 0 ? 0 : (perSecond * (errors + throttled + timedOut)) / finished,
  )
  return linePlot({
    x: 'seconds',
    y: 'calls a second',
    series: [series('calls a second', (period) => period.perSecond), failed],
  })
}

const latencyPlot = ({ periods }: LoadResult): string =>
  linePlot({
    x: 'seconds',
    y: 'milliseconds',
    series: (['p50', 'p99', 'max'] as const).map((name) => ({
      name,
      points: periods.map((period) => [period.at, period[name]]),
    })),
  })

/** By nines: 90 % at 1, 99 % at 2, 99.9 % at 3, so that the tail has as much room as the rest. */
function distributionPlot(ok: Histogram): string {
  const nines = Array.from({ length: 81 }, (_, index) => index / 20).filter((nine) => ok.count * 10 ** -nine >= 1)
  const points = nines.map((nine): readonly [number, number] => [
    nine,
    milliseconds(ok.percentile(100 * (1 - 10 ** -nine))),
  ])
  const tick = (nine: number): string => `${(100 * (1 - 10 ** -nine)).toFixed(Math.max(0, Math.ceil(nine) - 2))} %`
  return linePlot({ x: 'share of calls', y: 'milliseconds', series: [{ name: 'latency', points }], tick })
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

const style = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .7rem;text-align:right;border-bottom:1px solid #8884}td:first-child,th:first-child{text-align:left}
svg{width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:currentColor}svg .grid{stroke:#8884}svg path{fill:none;stroke-width:1.6}
.s0{stroke:#2a78d6;fill:#2a78d6}.s1{stroke:#d9622b;fill:#d9622b}.s2{stroke:#3c9a5f;fill:#3c9a5f}`
