import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { GetMetricsHistory } from '../../api/oversight.ts'
import { getMetricsHistory } from './get-metrics-history.ts'
import { MetricsHistory } from './metrics-history.ts'

const encrypt = { action: 'Encrypt', code: 'Success', status: 200, latencyMs: 2, keyId: 'key-a' }
const refused = { action: 'Decrypt', code: 'Forbidden.NoPermission', status: 403, latencyMs: 1 }
const throttled = { action: 'Encrypt', code: 'Rejected.Throttling', status: 429, latencyMs: 0.1 }

async function twoServers() {
  const { kms: bare, advance } = await testKms()
  const servers = ['a', 'b'].map((node) => new MetricsHistory(bare.records, node))
  const [first, second] = servers as [MetricsHistory, MetricsHistory]
  assert.ok(bare.serviceView)
  const serviceView = { ...bare.serviceView, metrics: first.between.bind(first) }
  return { kms: { ...bare, serviceView }, advance, first, second }
}

test('calls of all servers are counted by the minute, hour and day, also those not kept yet', async () => {
  const { kms, advance, first, second } = await twoServers()
  for (let count = 0; count < 99; count++) first.count(encrypt, kms.now())
  first.count({ ...encrypt, latencyMs: 50 }, kms.now())
  second.count(refused, kms.now())
  await Promise.all([first.flush(1200), second.flush(0)])
  advance(61_000)
  first.count(throttled, kms.now())
  const ask = actor(kms)
  const minutes = await ask(GetMetricsHistory, getMetricsHistory, {})
  assert.deepEqual(
    minutes.points.map(({ time, requests, clientErrors, throttled: slowed }) => [time, requests, clientErrors, slowed]),
    [
      ['2026-11-21T22:00:00Z', 101, 1, 0],
      ['2026-11-21T22:01:00Z', 1, 0, 1],
    ],
  )
  const [point] = minutes.points
  assert.ok(point && Math.abs(point.p50Microseconds - 2000) <= 200 && point.p99Microseconds < 3000)
  assert.equal(point.eventLoopLagMicroseconds, 1200)
  assert.deepEqual(minutes.keys, [{ keyId: 'key-a', requests: 100 }])
  assert.deepEqual(minutes.operations[0], { name: 'Encrypt', requests: 101, errors: 1 })
  assert.deepEqual(minutes.codes[0], { code: 'Success', requests: 100 })
  for (const periodSeconds of [3600, 86_400]) {
    const { points } = await ask(GetMetricsHistory, getMetricsHistory, { periodSeconds })
    assert.deepEqual(
      points.map(({ requests }) => requests),
      [102],
    )
  }
  const ofKey = await ask(GetMetricsHistory, getMetricsHistory, { keyId: 'key-a' })
  assert.deepEqual(
    ofKey.points.map(({ requests }) => requests),
    [100],
  )
})

test('who called is told by hours and days, of a key or of all; sessions of a role are one', async () => {
  const { kms, advance, first, second } = await twoServers()
  const alice = 'acs:ram::1000000000000001:user/alice'
  first.count({ ...encrypt, principal: alice }, kms.now())
  first.count({ ...refused, keyId: 'key-b', principal: alice }, kms.now())
  // to look at a key is no use of it
  first.count({ ...encrypt, action: 'DescribeKey', principal: alice }, kms.now())
  for (const session of ['one', 'two', 'three', 'four', 'a/b'])
    second.count({ ...encrypt, principal: `acs:ram::1000000000000001:assumed-role/app/${session}` }, kms.now())
  await Promise.all([first.flush(0), second.flush(0)])
  advance(3_600_000)
  first.count({ ...encrypt, principal: alice }, kms.now())
  const ask = actor(kms)
  const role = 'acs:ram::1000000000000001:role/app'
  for (const periodSeconds of [3600, 86_400]) {
    const { callers, points } = await ask(GetMetricsHistory, getMetricsHistory, { periodSeconds })
    const lastTime = points.at(-1)?.time ?? ''
    assert.deepEqual(callers, [
      { caller: role, requests: 5, refused: 0, lastTime: points[0]?.time },
      { caller: alice, requests: 4, refused: 1, lastTime },
    ])
    const ofKey = await ask(GetMetricsHistory, getMetricsHistory, { periodSeconds, keyId: 'key-a' })
    assert.deepEqual(
      ofKey.callers.map(({ caller, requests, refused: no }) => [caller, requests, no]),
      [
        [role, 5, 0],
        [alice, 2, 0],
      ],
    )
  }
  assert.deepEqual((await ask(GetMetricsHistory, getMetricsHistory, {})).callers, [])
  // Who was refused has not used the key, and is told of.
  const refusals = await ask(GetMetricsHistory, getMetricsHistory, { periodSeconds: 3600, keyId: 'key-b' })
  assert.deepEqual([refusals.points, refusals.callers.map(({ refused: no }) => no)], [[], [1]])
})

test('calls are told by what they are for: use, change, or a look', async () => {
  const { kms, first } = await twoServers()
  for (const action of ['Encrypt', 'AdvanceEncrypt', 'GetSecretValue', 'CreateKey', 'ListKeys', 'unknown'])
    first.count({ ...encrypt, action }, kms.now())
  const { points } = await actor(kms)(GetMetricsHistory, getMetricsHistory, {})
  assert.deepEqual(
    points.map(({ requests, uses, changes }) => [requests, uses, changes]),
    [[6, 3, 1]],
  )
})

test('what was counted is kept for its time, and a restart in the same minute adds to it', async () => {
  const { kms, advance, first } = await twoServers()
  first.count(encrypt, kms.now())
  await first.flush(0)
  const restarted = new MetricsHistory(kms.records, 'a')
  restarted.count(encrypt, kms.now())
  await restarted.flush(0)
  const since = kms.now()
  const counted = async (period: number) =>
    (await first.between(since, kms.now(), period)).map(({ counts }) => counts.requests)
  assert.deepEqual(await counted(60), [2])
  advance(3 * 86_400_000)
  await first.forgetOld(kms.now())
  assert.deepEqual([await counted(60), await counted(3600)], [[], [2]])
  advance(400 * 86_400_000)
  await first.forgetOld(kms.now())
  assert.deepEqual([await counted(3600), await counted(86_400)], [[], []])
})

test('asks for periods that there are, not too many, and with the right only', async () => {
  const { kms } = await twoServers()
  const ask = (input: object, as = actor(kms)) => answerOf(as(GetMetricsHistory, getMetricsHistory, input))
  assert.equal(await ask({ periodSeconds: 61 }), 'InvalidParameter')
  assert.equal(await ask({ startTime: '2026-01-01T00:00:00Z' }), 'InvalidParameter')
  assert.equal(await ask({ startTime: 'x' }), 'InvalidParameter')
  assert.equal(await ask({}, actor(kms, userCaller(kms))), 'Forbidden.NoPermission')
})
