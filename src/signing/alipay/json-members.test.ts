import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonMembers } from './json-members.ts'

test('members are what stands in the text, blanks inside values included', () => {
  const value = '{ "a":"}\\"{,", "b" : [1, {"sign":"x"}] }'
  const members = jsonMembers(` {"x_response" : ${value} ,"n":null, "sign": "s\\u0061" }\n`)
  assert.deepEqual(
    [...(members ?? [])],
    [
      ['x_response', value],
      ['n', 'null'],
      ['sign', '"s\\u0061"'],
    ],
  )
})

test('a name twice could hide a forged answer behind a signed one, and is refused', () => {
  assert.equal(jsonMembers('{"a":1,"\\u0061":2}'), undefined)
})

test('what is no object has no members', () => {
  for (const text of ['', '[]', '1', '"a"', '{"a":1', '{}x']) assert.equal(jsonMembers(text), undefined, text)
  assert.equal(jsonMembers('{}')?.size, 0)
})

test('each member read alone is the member of the whole', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2), (value, indent) => {
      const members = jsonMembers(JSON.stringify(value, undefined, indent)) ?? assert.fail()
      const read = Object.fromEntries([...members].map(([name, raw]) => [name, JSON.parse(raw)]))
      assert.equal(JSON.stringify(read), JSON.stringify(value))
    }),
  )
})
