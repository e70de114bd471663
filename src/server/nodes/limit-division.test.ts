import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import type { Caller } from '../../core/access/caller.ts'
import { principalId } from '../../core/access/principal.ts'
import { ledgerMemory } from '../../gateway/memory/ledger.ts'
import { countServers, serversMemory, Throttle } from '../../gateway/throttle.ts'
import { LimitDivision, type Use } from './limit-division.ts'

const limit = 120
const renewalMs = 2000

/** Servers that have one limit together, and a clock that moves a tenth of a second at a time. */
async function servers(count: number) {
  const { kms } = await testKms()
  const clock = { ms: 0 }
  const told: Use[] = Array.from({ length: count }, () => ({}))
  const list = told.map((_, index) => {
    const memory = { buckets: ledgerMemory(), underWay: ledgerMemory(), servers: serversMemory() }
    countServers(memory.servers, count)
    const monotonicMs = () => clock.ms
    const throttle = new Throttle({ perPrincipal: { symmetric: limit }, burstSeconds: 1, memory, monotonicMs })
    const division = new LimitDivision(monotonicMs)
    const hear = (others: readonly Use[] | undefined): void => throttle.shared.divide(division.divide(others))
    return { throttle, division, hear, offset: (index * renewalMs) / count }
  })
  const user = (name: string): Caller => ({ ...accountCaller(kms), identity: { type: 'RAMUser', id: name, name } })
  const isLetIn = (server: number, name: string): boolean => {
    try {
      list[server]?.throttle.admit(user(name), 'symmetric', 0)()
      return true
    } catch {
      return false
    }
  }
  /** A second, in which each server is asked for so many calls of a user. @returns how many each has let in */
  const second = (asked: readonly number[], name = 'u'): readonly number[] => {
    const letIn = asked.map(() => 0)
    for (let tenth = 0; tenth < 10; tenth++, clock.ms += 100) {
      for (const [index, { throttle, division, hear, offset }] of list.entries()) {
        if (clock.ms % renewalMs !== Math.floor(offset / 100) * 100) continue
        told[index] = division.tell(throttle.shared.takeDemands())
        hear(told.filter((_, other) => other !== index))
      }
      for (const [index, calls] of asked.entries())
        for (let call = 0; call < calls / 10; call++) if (isLetIn(index, name)) letIn[index] = (letIn[index] ?? 0) + 1
    }
    return letIn
  }
  const seconds = (times: number, asked: readonly number[], name?: string) =>
    Array.from({ length: times }, () => second(asked, name))
  const nameOf = (name: string): string => `symmetric ${principalId(user(name))}`
  return { seconds, list, nameOf }
}

const sum = (numbers: readonly number[] = []): number => numbers.reduce((total, one) => total + one, 0)
/** all together, after what was saved up is spent */
const mostTogether = limit * 1.25 + 1

test('who calls one of three servers has the whole limit there after a few seconds', async () => {
  const { seconds } = await servers(3)
  const letIn = seconds(10, [300, 0, 0])
  assert.ok(sum(letIn[1]) <= limit / 3 + 1, 'at first an equal part')
  assert.ok(sum(letIn.at(-1)) >= limit * 0.95, String(letIn.at(-1)))
})

test('who calls several has at each what corresponds to it, and never more together than the limit and a quarter', async () => {
  const { seconds } = await servers(3)
  for (const asked of [
    [300, 300, 300],
    [300, 100, 0],
    [0, 300, 300],
    [0, 0, 400],
  ]) {
    const letIn = seconds(16, asked)
    for (const together of letIn.slice(2)) assert.ok(sum(together) <= mostTogether, `${asked}: ${letIn.join(' | ')}`)
    const last = letIn.at(-1) ?? []
    assert.ok(sum(last) >= limit * 0.9, `${asked}: ${last}`)
    for (const [index, calls] of asked.entries())
      assert.ok(Math.abs((last[index] ?? 0) - (limit * calls) / sum(asked)) <= limit * 0.15, `${asked}: ${last}`)
  }
})

test('who begins at another server is let in there at once, for a small part', async () => {
  const { seconds } = await servers(2)
  seconds(10, [300, 0])
  const [first] = seconds(1, [300, 20])
  assert.ok((first?.[1] ?? 0) >= limit / 8)
})

test('who asks for little is told to nobody, and let in everywhere', async () => {
  const { seconds, list } = await servers(2)
  for (const letIn of seconds(6, [10, 10])) assert.deepEqual(letIn, [10, 10])
  for (const { division, throttle } of list) assert.deepEqual(division.tell(throttle.shared.takeDemands()), {})
})

test('the parts of one are not those of another', async () => {
  const { seconds } = await servers(2)
  seconds(10, [300, 0], 'one')
  const [other] = seconds(1, [300, 300], 'other')
  assert.ok(Math.abs((other?.[0] ?? 0) - (other?.[1] ?? 0)) <= 2, String(other))
})

test('a server that does not hear of the others has the equal part', async () => {
  const { seconds, list, nameOf } = await servers(2)
  seconds(10, [300, 0])
  const [first] = list
  const part = () => first?.throttle.shared.partOf(nameOf('u'))
  assert.equal(part(), 1)
  first?.hear(undefined)
  assert.equal(part(), undefined)
})

test('what is told is short, and of those who want most of their limit', () => {
  let now = 0
  const division = new LimitDivision(() => now)
  now = 1000
  const demands = new Map(Array.from({ length: 200 }, (_, index) => [`p${index}`, { calls: index, limit: 10 }]))
  const told = division.tell(demands)
  assert.equal(Object.keys(told).length, 64)
  assert.equal(told.p199, 199)
  assert.equal(told.p100, undefined)
})
