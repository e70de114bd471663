import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import type { Field } from '../api/field.ts'
import { operations } from '../api/operations.ts'
import { Output } from './output.ts'
import { asJson } from './rendering.ts'

function printed(work: (output: Output) => void, isJson: boolean): string {
  const chunks: string[] = []
  work(new Output({ write: (chunk) => chunks.push(String(chunk)) }, isJson ? asJson : undefined))
  return chunks.join('')
}

const names = { table: 'sales', Größe: '1', keyId: 'x', encryptionContext: 'y', __proto__: 'z', 'a b': '' }

test('names of the user stay as they are in JSON, at any depth', () => {
  const whole = {
    keyId: 'k',
    list: [{ encryptionContext: names, format: 'f' }],
    Context: names,
    bytes: new Uint8Array(1),
  }
  assert.deepEqual(JSON.parse(printed((output) => output.record({}, whole), true)), {
    KeyId: 'k',
    List: [{ EncryptionContext: { ...names }, Format: 'f' }],
    Context: { ...names },
    Bytes: 'AA==',
  })
})

test('and are pairs for people', () => {
  const fields = { Context: { table: 'sales', year: '2024' }, None: {}, Absent: undefined, Number: 0, No: false }
  assert.equal(
    printed((output) => output.record(fields, fields), false),
    'Context  table=sales, year=2024\nNumber   0\nNo       false\n',
  )
})

test('a terminal gets no line that it would have to break; a file gets everything', () => {
  const rows = [{ id: 'key-1', name: '一'.repeat(60) }]
  const table = (sink: object): string => {
    const chunks: string[] = []
    const output = new Output({ ...sink, write: (chunk) => chunks.push(String(chunk)) })
    output.table(rows, { Key: ({ id }) => id, Name: ({ name }) => name }, rows)
    return stripVTControlCharacters(chunks.join(''))
  }
  assert.equal(table({ isTTY: true, columns: 20 }), `Key    Name\nkey-1  ${'一'.repeat(6)}…\n`)
  assert.equal(table({ columns: 20 }), `Key    Name\nkey-1  ${'一'.repeat(60)}\n`)
})

/** Every map of the contract, by the name of its member. */
function* maps(name: string, field: Field): Generator<string> {
  if (field.kind === 'stringMap') yield name
  for (const [inner, each] of Object.entries(field.fields ?? {})) yield* maps(inner, each)
  if (field.item !== undefined) yield* maps(name, field.item)
}

test('every map of the contract is known to be one', () => {
  const all = operations.flatMap(({ request, response }) =>
    Object.entries({ ...request, ...response }).flatMap(([name, field]) => [...maps(name, field)]),
  )
  assert.ok(all.length > 5)
  for (const name of new Set(all)) {
    const text = printed(
      (output) => output.json({ [name.charAt(0).toLowerCase() + name.slice(1)]: { table: '' } }),
      true,
    )
    assert.match(text, /"table"/, name)
  }
})
