import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../../test/kit/audit.ts'
import { Mapping } from './mapping.ts'

test('a name that every object has is known only once it was moved', (t) => {
  const file = join(temporaryFolder(t), 'mapping.json')
  const read = () => Mapping.read(file, { from: 'a', to: 'b', isDryRun: false })
  const mapping = read()
  for (const name of ['constructor', 'toString', '__proto__']) {
    assert.equal(mapping.keyOf(name), undefined)
    assert.equal(mapping.hasSecret(name), false)
    assert.equal(mapping.isFinished(name), false)
    mapping.addSecret(name)
    assert.equal(mapping.isFinished(name), false)
    mapping.finish(name)
    assert.equal(mapping.isFinished(name), true)
    mapping.addKey(name, 'there')
    assert.equal(read().keyOf(name), 'there')
    assert.equal(read().hasSecret(name), true)
  }
  assert.match(readFileSync(file, 'utf8'), /"constructor": "there"/)
})
