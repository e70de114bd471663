import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testKms } from '../../../test/kit/kms.ts'
import { all } from './events.ts'
import { type LeaseOptions, NameTaken, NodeLease, nodes, presentNodes } from './node-lease.ts'

const countBy = async (lease: NodeLease): Promise<number> => 1 + (await lease.others()).length

async function servers() {
  const { kms, advance } = await testKms()
  const leaseOf = (process: string, self: Partial<LeaseOptions['self']> = {}, name = 'a') =>
    new NodeLease({
      ...{ records: kms.records, name, leaseMs: 300, now: () => kms.now() },
      self: { process, place: process, host: 'host', version: '1', ...self },
    })
  return { kms, advance, leaseOf }
}

test('a server that has ended leaves its name at once, and one that was killed to who starts in its place', async () => {
  const { kms, leaseOf } = await servers()
  const first = leaseOf('1')
  await first.take()
  await first.renew()
  assert.equal((await presentNodes(kms.records)).length, 1)
  await first.release()
  assert.deepEqual(await presentNodes(kms.records), [])
  await leaseOf('2', { place: 'folder' }).take()
  await leaseOf('3', { place: 'folder' }).take()
  assert.equal((await presentNodes(kms.records)).length, 1)
})

test('a server that is heard of keeps its name', async () => {
  const { leaseOf } = await servers()
  const first = leaseOf('1')
  await first.take()
  const second = leaseOf('2').take()
  await first.renew()
  await assert.rejects(second, (error) => error instanceof NameTaken && /the name a on host since/.test(error.message))
  await first.renew()
})

test('one that was paused for longer than its lease finds its name taken when it wakes', async () => {
  const { kms, leaseOf } = await servers()
  const paused = leaseOf('1')
  await paused.take()
  await leaseOf('2', { place: undefined }).take()
  await assert.rejects(paused.renew(), NameTaken)
  await assert.rejects(paused.release(), NameTaken)
  assert.equal((await presentNodes(kms.records))[0]?.body.process, '2')
})

test('of two that wait for the same name one gets it', async () => {
  const { leaseOf } = await servers()
  await leaseOf('1').take()
  const outcomes = await Promise.allSettled([leaseOf('2').take(), leaseOf('3').take()])
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('servers count those that they hear of', async () => {
  const { leaseOf } = await servers()
  const [one, two] = [leaseOf('1'), leaseOf('2', {}, 'b')]
  await one.take()
  assert.equal(await countBy(one), 1)
  await two.take()
  assert.deepEqual([await countBy(one), await countBy(two)], [2, 2])
  for (let silence = 1; silence < 3; silence++) assert.equal(await countBy(one), 2)
  assert.equal(await countBy(one), 1)
  await two.renew()
  assert.equal(await countBy(one), 2)
  await two.release()
  assert.equal(await countBy(one), 1)
})

test('servers are found and counted however many there are, and were before them', async () => {
  const { kms, leaseOf } = await servers()
  const other = { process: '', place: undefined, host: 'host', version: '1' }
  const at = { startedAt: '2026-11-21T22:00:00Z', seenAt: '2026-11-21T22:00:00Z' }
  await kms.records.transaction(async (transaction) => {
    for (let index = 0; index < 320; index++)
      await transaction.insert(nodes, `pod-${index}`, { ...other, ...at, hasEnded: index < 110 })
  })
  const last = leaseOf('1')
  await last.take()
  assert.equal(await countBy(last), 211)
  const present = await presentNodes(kms.records)
  assert.deepEqual([present.length, present.at(-1)?.id], [211, 'a'])
})

test('servers that were not heard of for a day are forgotten when another starts, whether they have ended or not', async () => {
  const { kms, advance, leaseOf } = await servers()
  const [living, killed, ended] = [leaseOf('1'), leaseOf('2', {}, 'killed'), leaseOf('3', {}, 'ended')]
  for (const lease of [living, killed, ended]) await lease.take()
  await ended.release()
  const namesAfter = async (milliseconds: number, name: string): Promise<readonly string[]> => {
    advance(milliseconds)
    await living.renew()
    await leaseOf(name, {}, name).take()
    return (await Array.fromAsync(all(kms, nodes, {}))).map(({ id }) => id).sort()
  }
  const dayMs = 86_400_000
  assert.deepEqual(await namesAfter(dayMs, 'early'), ['a', 'early', 'ended', 'killed'])
  assert.deepEqual(await namesAfter(1000, 'late'), ['a', 'early', 'late'])
})

test('one that is forgotten by mistake is there again with its next renewal, unless its name was taken', async () => {
  const { kms, advance, leaseOf } = await servers()
  const [one, two] = [leaseOf('1'), leaseOf('2', {}, 'b')]
  await one.take()
  await two.take()
  // as the clock of one sees it that is two days ahead
  advance(2 * 86_400_000)
  await leaseOf('3', {}, 'c').take()
  await leaseOf('4', {}, 'b').take()
  assert.deepEqual((await presentNodes(kms.records)).map(({ id }) => id).sort(), ['b', 'c'])
  await one.renew()
  await assert.rejects(two.renew(), NameTaken)
  assert.deepEqual((await presentNodes(kms.records)).map(({ id }) => id).sort(), ['a', 'b', 'c'])
})
