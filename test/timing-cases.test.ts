import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { timingCases, unmeasured } from './attack/timing/cases.ts'
import { timingT } from './attack/timing/measure.ts'
import { testKms } from './kit/kms.ts'

const root = join(import.meta.dirname, '../src')

test('the timing attack measures every source that compares in constant time, or says why not', async () => {
  const { kms, records } = await testKms()
  const measured = new Set(timingCases(kms, records.keyring).map(({ source }) => source))
  const comparing = globSync('**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .filter((file) => readFileSync(join(root, file), 'utf8').includes('timingSafeEqual'))
  assert.deepEqual(
    comparing.filter((file) => !measured.has(file) && unmeasured[file] === undefined),
    [],
    'test/attack/timing/cases.ts wants a case for each',
  )
  assert.deepEqual(
    Object.keys(unmeasured).filter((file) => !comparing.includes(file)),
    [],
  )
})

test('every case of the timing attack runs', async () => {
  const { kms, records } = await testKms()
  for (const timingCase of timingCases(kms, records.keyring))
    assert.ok(Number.isFinite(timingT({ ...timingCase, callsPerSample: 1 }, 200)), timingCase.name)
})
