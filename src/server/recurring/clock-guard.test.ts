import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClockGuard } from './clock-guard.ts'

const start = Date.parse('2026-11-21T10:00:00Z')

function movable() {
  const at = { wall: start, monotonic: 0 }
  const clocks = { wall: () => new Date(at.wall), monotonicMs: () => at.monotonic }
  const pass = (ms: number, jump = 0) => {
    at.wall += ms + jump
    at.monotonic += ms
  }
  return { clocks, pass }
}

test('a clock that runs as it should is trusted, also when it is corrected a little', () => {
  const { clocks, pass } = movable()
  const guard = new ClockGuard(clocks)
  for (const correction of [0, 4000, -4000]) {
    pass(86_400_000, correction)
    assert.equal(guard.look(), undefined)
  }
  assert.equal(guard.isTrusted, true)
})

test('a step forward of minutes is reported but trusted', () => {
  const { clocks, pass } = movable()
  const guard = new ClockGuard(clocks)
  pass(1000, 600_000)
  assert.deepEqual(guard.look(), { byMs: 600_000, isTrusted: true })
  assert.equal(guard.look(), undefined)
})

test('after a step backward or of more than an hour the time is not trusted until confirmed', () => {
  for (const jump of [-6000, 3_600_001, 31_536_000_000]) {
    const { clocks, pass } = movable()
    const guard = new ClockGuard(clocks)
    pass(1000, jump)
    assert.deepEqual(guard.look(), { byMs: jump, isTrusted: false })
    assert.equal(guard.isTrusted, false)
    guard.confirm()
    assert.equal(guard.isTrusted, true)
    assert.equal(guard.look(), undefined)
  }
})

test('a clock behind the last audit record is not trusted from the start', () => {
  const { clocks } = movable()
  assert.equal(new ClockGuard(clocks, new Date(start + 60_000)).isTrusted, false)
  assert.equal(new ClockGuard(clocks, new Date(start)).isTrusted, true)
})
