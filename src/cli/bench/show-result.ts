import { type LoadResult, milliseconds, percents, totalOf } from '../../load/result.ts'
import { Tally } from '../../load/tally.ts'
import type { Output } from '../output.ts'

/** A table for people, a row for each operation; all of it as JSON. */
export function showResult(output: Output, result: LoadResult): void {
  if (output.isJson) {
    output.asWritten(result)
    return
  }
  const entries = Object.entries(result.operations).map(([name, record]) => ({ name, tally: Tally.of(record) }))
  const total = totalOf(result)
  const rows = entries.length > 1 ? [...entries, { name: 'all', tally: total }] : entries
  type Row = (typeof rows)[number]
  const ms = (microseconds: number): string => milliseconds(microseconds).toFixed(2)
  const latencies = percents.map((percent) => [
    `p${percent} ms`,
    ({ tally }: Row): string => ms(tally.ok.percentile(percent)),
  ])
  output.table(
    rows,
    {
      Operation: ({ name }) => name,
      Calls: ({ tally }) => String(tally.finished),
      'Per second': ({ tally }) => ((tally.finished * 1000) / Math.max(1, result.duration)).toFixed(0),
      ...Object.fromEntries(latencies),
      'Max ms': ({ tally }) => ms(tally.ok.max),
      Errors: ({ tally }) => String(tally.failed),
      Throttled: ({ tally }) => String(tally.throttled),
      Timeouts: ({ tally }) => String(tally.timedOut),
    },
    result,
  )
  for (const [code, count] of total.errors) output.line(`${code}: ${count}`)
  if (result.unsent > 0)
    output.line(`${result.unsent} calls were due and could not begin: more --connections are needed`)
  const server = result.cpu.server === undefined ? '' : `, of the server ${result.cpu.server.toFixed(0)} µs`
  output.line(`CPU for one call: of the generator ${result.cpu.generators.toFixed(0)} µs${server}`)
}
