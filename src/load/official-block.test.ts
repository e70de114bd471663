import assert from 'node:assert/strict'
import { test } from 'node:test'
import { officialBlock } from './official-block.ts'
import { errorKind } from './outcome.ts'
import { Tally } from './tally.ts'

test('the block is the official tool’s, with its tabs and units, and the real minimum', () => {
  const total = new Tally()
  for (let call = 0; call < 30; call++) total.record({ operation: 'Encrypt', kind: 'ok' }, 20_000 + call * 1000)
  total.record({ operation: 'Encrypt', kind: 'throttled', code: 'Rejected.Throttling' }, 1000)
  total.record({ operation: 'Encrypt', kind: 'timeout', code: 'timeout' }, 658_000)
  const figures = { title: 'Statistics', begun: 33, total, inPeriod: 16, elapsed: 2000, length: 500 }
  assert.equal(
    officialBlock(figures, new Date(2023, 5, 16, 16, 46, 5)),
    [
      '----------------- Statistics: [2023-06-16 16:46:05]--------------',
      '[Benchmark-Detail]\tRequestCount: 33\tResponseCount: 32\tTPS: 32\tAvgTPS: 16',
      'MaxOnceTimeCost: 658 ms\tMinOnceTimeCost: 1 ms\tAvgOnceTimeCost: 53 ms',
      'ClientErrorCount: 0\tLimitExceededErrorCount: 1\tTimeoutErrorCount: 1',
    ].join('\n'),
  )
})

test('a run in which nothing ended has zeros', () => {
  const nothing = { title: 'Time_1', begun: 0, total: new Tally(), inPeriod: 0, elapsed: 0, length: 0 }
  assert.match(officialBlock(nothing, new Date()), /TPS: 0\tAvgTPS: 0\nMaxOnceTimeCost: 0 ms\tMinOnceTimeCost: 0 ms/)
})

test('errors are told apart by status, code and text', () => {
  assert.equal(errorKind(429, 'Whatever'), 'throttled')
  assert.equal(errorKind(400, 'Rejected.Throttling'), 'throttled')
  assert.equal(errorKind(400, 'Throttling.User'), 'throttled')
  assert.equal(errorKind(503, 'Rejected', 'QPS Limit Exceeded'), 'throttled')
  assert.equal(errorKind(504, 'UnexpectedTimeout'), 'timeout')
  assert.equal(errorKind(404, 'Forbidden.KeyNotFound'), 'failed')
  assert.equal(errorKind(500, 'InternalFailure'), 'failed')
})
