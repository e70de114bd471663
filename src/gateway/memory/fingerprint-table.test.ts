import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { FingerprintTable, fingerprintMemory } from './fingerprint-table.ts'

const random = () => ({ high: randomInt(2 ** 32), low: randomInt(2 ** 32) })
/** what is split beside one entry, at most */
const splitsAtOnce = 4

test('a table grows a little with each entry, and finds all that is in it meanwhile, in every thread', () => {
  const memory = fingerprintMemory(200_000)
  const [table, other] = [new FingerprintTable(memory, () => true), new FingerprintTable(memory, () => true)]
  const header = new Int32Array(memory, 0, 2)
  const progress = () => 2 ** (header[0] ?? 0) + (header[1] ?? 0)
  const all: ReturnType<typeof random>[] = []
  let before = progress()
  for (let count = 0; count < 150_000; count++) {
    const entry = random()
    assert.ok(table.add(entry, 1))
    all.push(entry)
    assert.ok(progress() - before <= splitsAtOnce, `${count}: ${before} → ${progress()}`)
    before = progress()
    assert.ok(other.has(all[randomInt(all.length)] ?? entry))
    assert.equal(other.has(random()), false)
  }
  assert.ok(before >= 2048, 'it has grown')
  for (const entry of all) assert.ok(table.has(entry) && other.has(entry))
})

test('what belongs to nobody any more is left behind when a set is split', () => {
  let live = 1
  const table = new FingerprintTable(fingerprintMemory(10_000), (owner) => owner >= live)
  const old = Array.from({ length: 3000 }, random)
  for (const entry of old) assert.ok(table.add(entry, 1))
  live = 2
  const recent = Array.from({ length: 3000 }, random)
  for (const entry of recent) assert.ok(table.add(entry, 2))
  for (const entry of old) assert.equal(table.has(entry), false)
  for (const entry of recent) assert.ok(table.has(entry))
})

test('a table that may not grow any more refuses what has no place, and keeps the rest', () => {
  const table = new FingerprintTable(fingerprintMemory(64), () => true)
  const kept = []
  for (let entry = random(); table.add(entry, 1); entry = random()) kept.push(entry)
  assert.ok(kept.length > 64)
  for (const entry of kept) assert.ok(table.has(entry))
})
