import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../../test/kit/audit.ts'
import { writeAtomically } from './write-atomically.ts'

test('a file is written beside what another process is writing, for its owner only', (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'ca-bundle.pem')
  writeFileSync(`${path}.new`, 'half of what another')
  writeAtomically(path, 'whole')
  assert.equal(readFileSync(path, 'utf8'), 'whole')
  assert.equal(readFileSync(`${path}.new`, 'utf8'), 'half of what another')
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('what cannot be put in its place is left nowhere', (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'taken')
  mkdirSync(join(path, 'by a folder'), { recursive: true })
  assert.throws(() => writeAtomically(path, 'x'), { syscall: 'rename' })
  assert.deepEqual(readdirSync(folder), ['taken'])
})
