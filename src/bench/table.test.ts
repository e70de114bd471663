import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slopePerSecond } from './memory.ts'
import { withTables } from './performance.ts'
import { rows } from './server.ts'
import { rowTable } from './table.ts'

test('a table tells of each row its median, spread, aim and whether that is met', () => {
  const spread = { min: 1, median: 2.5, max: 130 }
  const command = 'npm run bench x'
  const table = rowTable([
    { name: 'b ÷ c', ratio: 2.5, spread, aim: '≥ 2', command },
    { name: 'stall', ratio: 70, spread: { min: 70, median: 70, max: 70 }, unit: ' ms', aim: '≤ 50 ms', command },
    { name: 'g', ratio: 2.5, spread, aim: '', command },
  ])
  assert.deepEqual(table.trimEnd().split('\n').slice(2), [
    '| b ÷ c | 2.50 (1.00–130) | ≥ 2 | yes | `npm run bench x` |',
    '| stall | 70.00 ms | ≤ 50 ms | no | `npm run bench x` |',
    '| g | 2.50 (1.00–130) |  |  | `npm run bench x` |',
  ])
})

test('every comparison of an aim is told apart at its bound', () => {
  const verdicts = ['≤ 2', '≥ 2', '< 2', '> 2', 'about 2'].map((aim) =>
    [1, 2, 3].map((ratio) => {
      const row = { name: 'a', ratio, spread: { min: ratio, median: ratio, max: ratio }, aim, command: 'x' }
      return rowTable([row]).trimEnd().split('\n').at(-1)?.split(' | ')[3]
    }),
  )
  assert.deepEqual(verdicts, [
    ['yes', 'yes', 'no'],
    ['no', 'yes', 'yes'],
    ['yes', 'no', 'no'],
    ['no', 'no', 'yes'],
    ['', '', ''],
  ])
})

test('tables take the place of those of the same name, others stay, new ones come at the end', () => {
  const page = '# Page\n\n<!-- table: a -->\nold\n<!-- end -->\n\nnotes\n\n<!-- table: b -->\nkept\n<!-- end -->\n'
  const tables = new Map([
    ['a', 'new'],
    ['c', 'first'],
  ])
  const result = withTables(page, tables)
  assert.equal(result, `${page.replace('old', 'new')}\n<!-- table: c -->\nfirst\n<!-- end -->\n`)
  assert.equal(withTables(result, tables), result)
})

test('the slope of a line is that line’s', () => {
  assert.equal(slopePerSecond([0, 1, 2, 3].map((x) => [x, 5 + 2 * x])), 2)
})

test('calls are compared with those of a bare server', {
  skip: process.platform !== 'linux' && 'CPU times are read from /proc',
}, async () => {
  const [first] = await rows({ isQuick: true })
  assert.deepEqual(
    { name: first?.name, aim: first?.aim },
    { name: 'Encrypt: CPU of bare node:https ÷ ours', aim: '≥ 0.75' },
  )
})
