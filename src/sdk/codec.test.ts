import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { codeName, type Field, type Fields } from '../api/field.ts'
import { operations } from '../api/operations.ts'
import { decode } from '../gateway/openapi/decode.ts'
import { encodeResult } from '../gateway/openapi/encode.ts'
import { decodeResponse, encodeRequest } from './codec.ts'

/** Any value that a field may hold; texts of optional fields are never empty, for the wire knows no such thing. */
function anyValue(field: Field): fc.Arbitrary<unknown> {
  const { minLength = 0, maxLength = 40 } = field
  const lengths = { minLength, maxLength: Math.min(maxLength, minLength + 40) }
  switch (field.kind) {
    case 'string':
      return anyText(field, field.presence === 'required' ? minLength : Math.max(1, minLength))
    case 'bytes':
      return fc.uint8Array({ ...lengths, minLength: Math.max(1, minLength) })
    case 'integer':
      return fc.integer({ min: field.minimum ?? -1_000_000, max: field.maximum ?? 1_000_000 })
    case 'boolean':
      return fc.boolean()
    case 'stringMap':
      return fc.dictionary(wellFormed(), wellFormed(), { maxKeys: 3, noNullPrototype: true })
    case 'json':
      return anyValue(itemOf(field))
    case 'list':
      return fc.array(anyValue(itemOf(field)), { minLength: Math.max(1, minLength), maxLength: Math.min(4, maxLength) })
    case 'object':
      return anyObject(field.fields ?? {})
  }
}

function anyText(field: Field, minLength: number): fc.Arbitrary<string> {
  if (field.values) return fc.constantFrom(...field.values)
  if (field.pattern)
    return fc
      .stringMatching(new RegExp(`^(?:${field.pattern.source})$`, field.pattern.flags))
      .filter((text) => text.length >= minLength && text.length <= (field.maxLength ?? text.length))
  return wellFormed().filter((text) => text.length >= minLength && text.length <= (field.maxLength ?? text.length))
}

const wellFormed = (): fc.Arbitrary<string> =>
  fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => text.isWellFormed() && text !== '__proto__')

const itemOf = (field: Field): Field => {
  assert.ok(field.item)
  return field.item
}

const anyObject = (fields: Fields): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(Object.entries(fields).map(([name, field]) => [codeName(name), anyValue(field)])), {
    requiredKeys: Object.entries(fields)
      .filter(([, { presence }]) => presence !== 'optional')
      .map(([name]) => codeName(name)),
    noNullPrototype: true,
  })

/** What the gateway refuses, it does not read. */
const servedFields = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, { refused }]) => refused === undefined))

/** The gateway's bytes are of Node's own subclass, which a strict comparison tells apart. */
const withPlainBytes = (input: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, value instanceof Uint8Array ? new Uint8Array(value) : value]),
  )

describe('the codec and the gateway agree', () => {
  for (const operation of operations) {
    test(`${operation.name}: what the client writes, the gateway reads`, () => {
      fc.assert(
        fc.property(anyObject(servedFields(operation.request)), (request) => {
          assert.deepEqual(withPlainBytes(decode(operation, encodeRequest(operation.request, request))), request)
        }),
        { numRuns: 25 },
      )
    })

    test(`${operation.name}: what the gateway writes, the client reads`, () => {
      fc.assert(
        fc.property(anyObject(operation.response), (result) => {
          const body = JSON.parse(JSON.stringify(encodeResult(operation.response, result, 'R'))) as Record<
            string,
            unknown
          >
          assert.deepEqual(decodeResponse(operation.response, body), result)
        }),
        { numRuns: 25 },
      )
    })
  }

  test('any JSON as an answer is read or refused, and nothing else is thrown', () => {
    const tables = operations.map(({ response }) => response)
    fc.assert(
      fc.property(fc.constantFrom(...tables), fc.dictionary(fc.string(), fc.jsonValue()), (table, noise) => {
        const names = Object.keys(table)
        const body = Object.fromEntries(Object.values(noise).map((value, index) => [names[index] ?? 'X', value]))
        try {
          decodeResponse(table, body)
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'badResponse')
        }
      }),
    )
  })
})

const request = {
  Name: { kind: 'string', presence: 'required', doc: '' },
  Bytes: { kind: 'bytes', presence: 'optional', doc: '' },
  Count: { kind: 'integer', presence: 'optional', doc: '' },
  Map: { kind: 'stringMap', presence: 'optional', doc: '' },
  Many: { kind: 'list', presence: 'optional', doc: '', item: { kind: 'string', presence: 'required', doc: '' } },
} as const satisfies Fields

describe('a request', () => {
  const refused: [string, Record<string, unknown>, string][] = [
    ['a missing field', {}, 'name'],
    ['text in place of bytes', { name: 'n', bytes: 'AA==' }, 'bytes'],
    ['a fraction', { name: 'n', count: 1.5 }, 'count'],
    ['text in place of a number', { name: 'n', count: '1' }, 'count'],
    ['a map of numbers', { name: 'n', map: { a: 1 } }, 'map'],
    ['a list in place of a map', { name: 'n', map: ['a'] }, 'map'],
    ['text in place of a list', { name: 'n', many: 'a' }, 'many'],
    ['a number inside a list', { name: 'n', many: ['a', 1] }, 'many.2'],
    ['a lone surrogate', { name: '\ud800' }, 'name'],
    ['a lone surrogate inside a map', { name: 'n', map: { a: '\udfff' } }, 'map'],
    ['a field that the operation has not', { name: 'n', nam: 'x' }, 'nam'],
    ['null', { name: null }, 'name'],
  ]
  for (const [what, value, parameter] of refused)
    test(`with ${what} is refused in the name of the field`, () => {
      assert.throws(() => encodeRequest(request, value), { code: 'invalidRequest', parameter })
    })

  test('writes bytes in place of opaque text as Base64', () => {
    const encoded = encodeRequest(request, { name: new Uint8Array([0xfb, 0xff]) })
    assert.equal(encoded.get('Name'), '+/8=')
  })
})

describe('an answer', () => {
  const response = {
    Blob: { kind: 'bytes', presence: 'required', doc: '' },
    Secret: { kind: 'string', presence: 'required', doc: '', sensitive: true },
    Note: { kind: 'string', presence: 'required', doc: '' },
    Total: { kind: 'integer', presence: 'required', doc: '' },
    Valid: { kind: 'boolean', presence: 'required', doc: '' },
  } as const satisfies Fields
  const whole = { Blob: 'AQ==', Secret: 's', Note: 'n', Total: 1, Valid: true }

  test('may leave out text, which then reads as empty, and add fields that are not known', () => {
    const { Note: _, ...rest } = whole
    assert.deepEqual(decodeResponse(response, { ...rest, New: 1 }), {
      blob: new Uint8Array([1]),
      secret: 's',
      note: '',
      total: 1,
      valid: true,
    })
  })

  test('may write numbers and booleans as text', () => {
    const decoded = decodeResponse(response, { ...whole, Total: '12', Valid: 'false' })
    assert.equal(decoded.total, 12)
    assert.equal(decoded.valid, false)
  })

  for (const name of ['Blob', 'Secret', 'Total', 'Valid'])
    test(`without ${name} is refused`, () => {
      assert.throws(() => decodeResponse(response, { ...whole, [name]: undefined }), {
        code: 'badResponse',
        parameter: name,
      })
    })

  for (const [name, value] of [
    ['Blob', 'AQ'],
    ['Blob', 1],
    ['Total', '0x10'],
    ['Total', 1.5],
    ['Valid', 'yes'],
    ['Note', {}],
  ] as const)
    test(`with ${JSON.stringify(value)} as ${name} is refused`, () => {
      assert.throws(() => decodeResponse(response, { ...whole, [name]: value }), { parameter: name })
    })
})
