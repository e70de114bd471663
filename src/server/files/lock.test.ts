import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../../test/kit/audit.ts'
import { lockFolder } from './lock.ts'

test('a folder is locked for every other process until it is released', (t) => {
  const folder = temporaryFolder(t)
  const program = `const { lockFolder } = await import('${join(import.meta.dirname, 'lock.ts')}')
    try { lockFolder(process.argv[1]); console.log('free') } catch (error) { console.log(error.message) }`
  const tryElsewhere = (): string =>
    execFileSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program, folder],
      {
        encoding: 'utf8',
      },
    ).trim()
  const lock = lockFolder(folder)
  const refusal = `another server is using ${folder} (process ${process.pid})`
  assert.equal(tryElsewhere(), refusal)
  assert.throws(() => lockFolder(folder), { name: 'ConfigError', message: refusal })
  lock.release()
  // that process ended without releasing anything
  assert.equal(tryElsewhere(), 'free')
  lockFolder(folder).release()
})
