import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Progress, sizeText } from './progress.ts'

/** A terminal that remembers what was written, and a clock. */
function terminal(isTTY = true) {
  const written: string[] = []
  const clock = { milliseconds: 0 }
  const sink = { isTTY, columns: 100, write: (chunk: string | Uint8Array) => written.push(String(chunk)) }
  return { written, clock, sink, now: () => clock.milliseconds }
}

test('the bar shows share, rate and time left of all files together', () => {
  const { written, clock, sink, now } = terminal()
  const progress = new Progress(sink, 8_000_000_000, now)
  progress.file('a.bin')(0)
  clock.milliseconds = 1000
  progress.finish(1_000_000_000)
  progress.file('b.bin')(1_000_000_000)
  assert.equal(written.at(-1), `\rb.bin  ${'█'.repeat(6)}${'░'.repeat(18)}  25%  2.0 GB/s  0:03 left\u001b[K`)
})

test('hours are shown as such', () => {
  const { written, clock, sink, now } = terminal()
  const progress = new Progress(sink, 10_000_000, now)
  clock.milliseconds = 1000
  progress.file('a')(1000)
  assert.match(written.at(-1) ?? '', /1\.0 kB\/s {2}2:46:39 left/)
})

test('a pipe, whose end nobody knows, shows amount and rate', () => {
  const { written, clock, sink, now } = terminal()
  const report = new Progress(sink, undefined, now).file('standard input')
  clock.milliseconds = 2000
  report(3_000_000)
  assert.equal(written.at(-1), '\rstandard input  3.0 MB  1.5 MB/s\u001b[K')
})

test('the bar is drawn at most ten times a second, and not at all without a terminal', () => {
  const { written, clock, sink, now } = terminal()
  const report = new Progress(sink, 100, now).file('a')
  for (let milliseconds = 0; milliseconds <= 1000; milliseconds += 10) {
    clock.milliseconds = milliseconds
    report(milliseconds / 10)
  }
  assert.equal(written.length, 11)
  const silent = terminal(false)
  new Progress(silent.sink, 100, silent.now).file('a')(50)
  assert.deepEqual(silent.written, [])
})

test('sizes are written in decimal units', () => {
  assert.deepEqual([0, 999, 1000, 1_500_000, 5e9].map(sizeText), ['0 B', '999 B', '1.0 kB', '1.5 MB', '5.0 GB'])
})
