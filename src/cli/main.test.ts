import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const main = join(import.meta.dirname, 'main.ts')
/** A device that takes no byte, as a full disk does. */
const full = '/dev/full'

test('output that cannot be written is one line, not a stack trace', {
  skip: !existsSync(full) && `no ${full}`,
}, () => {
  const { status, stderr } = spawnSync('sh', ['-c', `exec "$0" "$1" --help >${full}`, process.execPath, main])
  assert.equal(String(stderr), 'keyhaven: standard output cannot be written (ENOSPC)\n')
  assert.equal(status, 1)
})

test('the version is that of the package', () => {
  const { status, stdout } = spawnSync(process.execPath, [main, '--version'], { encoding: 'utf8' })
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
  assert.equal(status, 0)
})
