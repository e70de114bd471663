import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { instanceOperations } from '../src/api/instance.ts'
import { operations } from '../src/api/operations.ts'
import { instanceModels, modelsOf } from './tools/docs/models.ts'

const sources = {
  kms: modelsOf('Kms', 'Keyhaven'),
  ram: modelsOf('Ram', 'Ims'),
  sts: modelsOf('Sts'),
  instance: instanceModels(),
}

test('the interfaces of the SDK are those of the contracts', () => {
  for (const [name, text] of Object.entries(sources)) {
    const file = join(import.meta.dirname, `../src/sdk/models/${name}.ts`)
    assert.equal(readFileSync(file, 'utf8'), text, `${name}.ts: run "npm run docs"`)
  }
})

test('every interface and every field of them has a comment, which says something', () => {
  for (const text of Object.values(sources)) {
    const lines = text.split('\n')
    const bare = lines.filter(
      (line, index) => /^(?: {2}readonly |export interface )/.test(line) && !/\*\/$/.test(lines[index - 1] ?? ''),
    )
    assert.deepEqual(bare, [])
    assert.doesNotMatch(text, /\/\*\*\s*\*\/|undefined;|: unknown|: object\b/)
  }
})

test('every operation has a request and an answer, and each name is there once', () => {
  const wanted = [...operations, ...instanceOperations].map(({ name }) => name)
  const all = Object.values(sources).join('\n')
  for (const name of wanted)
    for (const part of ['Request', 'Response']) assert.ok(all.includes(`export interface ${name}${part} {`), name)
  for (const [file, text] of Object.entries(sources)) {
    const names = [...text.matchAll(/^export interface (\w+)/gm)].map(([, name]) => name)
    assert.equal(new Set(names).size, names.length, file)
  }
})

test('states and specs are unions, limits and units stand in the comments', () => {
  assert.match(sources.kms, /readonly keySpec\?: 'Aliyun_AES_256' \| /)
  assert.match(
    sources.kms,
    /readonly keyState: 'Enabled' \| 'Disabled' \| 'PendingDeletion' \| 'PendingImport' \| \(string & \{\}\)\n/,
  )
  assert.match(sources.kms, /\/\*\* page to return, from 1; 1 to 2147483647; 1 unless given \*\//)
  assert.match(
    sources.instance,
    /\/\*\* length of the data key in bytes, 1 to 1024; 0 for 32 \*\/\n {2}readonly numberOfBytes\?/,
  )
})

test('whatever has a few values only is a union, to which a later server may add', () => {
  const few = /(?:State|Status|Spec|Usage|Type|Level|Origin|KeyAlgorithm|Rotation|Protection|Method|Mode|Format)$/
  const plain = Object.values(sources).flatMap((text) =>
    [...text.matchAll(/^ {2}readonly (\w+)\??: string(?: \| undefined)?$/gm)].map(([, name = '']) => name),
  )
  const open = [
    'policyType', // of a refusal, as its error names it
  ]
  assert.deepEqual(
    plain.filter((name) => few.test(name) && !open.includes(name)),
    [],
  )
})
