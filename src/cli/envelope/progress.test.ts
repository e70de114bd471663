import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textWidth } from '../text-width.ts'
import { Progress, sizeText } from './progress.ts'

/** A terminal that remembers what was written, and a clock. */
function terminal(isTTY = true, columns: number | undefined = 100) {
  const written: string[] = []
  const clock = { milliseconds: 0 }
  const sink = { isTTY, columns, write: (chunk: string | Uint8Array) => written.push(String(chunk)) }
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

const labels = [
  'a',
  '数据/销售报表/二〇二四年/第一季度/杭州分公司/明细数据.csv',
  `${'folder/'.repeat(20)}file.csv`,
  'e\u0301'.repeat(60),
]

for (const columns of [80, 79, 60, 40, 20, 10, 1])
  test(`a line never takes more than ${columns} columns`, () => {
    for (const label of labels)
      for (const total of [undefined, 8_000_000_000_000]) {
        const { written, clock, sink, now } = terminal(true, columns)
        const report = new Progress(sink, total, now).file(label)
        clock.milliseconds = 1_234_000
        report(999_999_999_999)
        const line = written.at(-1)?.slice(1, -3) ?? ''
        assert.ok(textWidth(line) < Math.max(columns, 2), line)
      }
  })

test('of a long name its end is shown, beside all figures', () => {
  const { written, clock, sink, now } = terminal(true, 80)
  const report = new Progress(sink, 100_000_000, now).file(`${'folder/'.repeat(20)}sales.csv`)
  clock.milliseconds = 1000
  report(50_000_000)
  assert.match(written.at(-1) ?? '', /^\r…[^ ]*sales\.csv {2}█{12}░{12} {2}50% {2}50\.0 MB\/s {2}0:01 left/)
})

test('a terminal that does not say how wide it is gets eighty columns', () => {
  for (const columns of [undefined, 0]) {
    const { written, sink, now } = terminal(true, columns ?? 0)
    new Progress(sink, 100, now).file('x'.repeat(200))(50)
    assert.equal(textWidth(written.at(-1)?.slice(1, -3) ?? ''), 79)
  }
})

test('a name cannot move the cursor', () => {
  const { written, sink, now } = terminal()
  new Progress(sink, 100, now).file('a\u001b[2Jb\nc\rd')(50)
  assert.match(written.at(-1) ?? '', /^\rab c d {2}/)
})
