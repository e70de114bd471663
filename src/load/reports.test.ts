import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare } from './compare.ts'
import { csvReport } from './csv-report.ts'
import { htmlReport } from './html-report.ts'
import { Collector, type LoadResult } from './result.ts'
import { Tally } from './tally.ts'

/** Two periods of two processes; every call takes as long as `latency` says. */
function resultOf(latency: (call: number) => number, operation = 'Encrypt'): LoadResult {
  const collector = new Collector()
  for (const period of [0, 1])
    for (const process of [0, 1]) {
      const tally = new Tally()
      for (let call = 0; call < 100; call++)
        tally.record({ operation, kind: 'ok' }, latency(period * 200 + process * 100 + call))
      tally.record({ operation, kind: 'failed', code: '<b>' }, 500)
      collector.add({ period, length: 1000, begun: 101, operations: { [operation]: tally.toRecord() }, debug: [] })
    }
  return {
    format: 1,
    startedAt: '2026-11-25T00:00:00.000Z',
    duration: collector.duration,
    settings: { connections: 2 },
    begun: collector.begun,
    unsent: 0,
    operations: collector.operations(),
    periods: collector.periods(),
    cpu: { generators: 40, server: 200 },
  }
}

test('periods of several processes are one', () => {
  const { periods, begun, duration } = resultOf((call) => 1000 + call)
  assert.deepEqual([begun, duration, periods.length], [404, 2000, 2])
  assert.deepEqual(
    periods.map(({ at, perSecond, finished, failed }) => [at, perSecond, finished, failed]),
    [
      [1, 202, 202, 2],
      [2, 202, 202, 2],
    ],
  )
})

test('a comparison shows how much the second run is of the first', () => {
  const [slow, fast] = [resultOf(() => 2000), resultOf(() => 1000)]
  const figures = new Map(compare(slow, fast).map(({ figure, a, b, ratio }) => [figure, { a, b, ratio }]))
  assert.deepEqual(figures.get('p50, ms'), { a: 2, b: 1, ratio: 0.5 })
  assert.deepEqual(figures.get('errors, %')?.ratio, 1)
  assert.deepEqual(figures.get('server CPU, µs a call'), { a: 200, b: 200, ratio: 1 })
  assert.deepEqual(compare(JSON.parse(JSON.stringify(slow)), fast), compare(slow, fast))
})

test('the page needs nothing from elsewhere and shows names as text', () => {
  const page = htmlReport(resultOf((call) => 1000 * (call + 1), 'Encrypt & <script>'))
  assert.doesNotMatch(page, /https?:|src=|@import|url\(|<script|<b>/)
  assert.equal(page.match(/<svg/g)?.length, 3)
  assert.match(page, /Encrypt &#38; &#60;script&#62;/)
  assert.doesNotMatch(page, /NaN|Infinity|undefined/)
  assert.doesNotMatch(htmlReport({ ...resultOf(() => 1), operations: {}, periods: [] }), /NaN|Infinity|undefined/)
})

test('the table of periods has a line for each', () => {
  const [heading = '', first = '', ...rest] = csvReport(resultOf(() => 1500))
    .trimEnd()
    .split('\n')
  assert.equal(heading, 'at,perSecond,finished,failed,throttled,timedOut,p50,p99,max')
  assert.equal(first, '1,202,202,2,0,0,1.5,1.5,1.5')
  assert.equal(rest.length, 1)
})
