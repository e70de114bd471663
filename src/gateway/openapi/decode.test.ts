import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  boolean,
  bytes,
  integer,
  json,
  list,
  object,
  oneOf,
  optional,
  string,
  stringMap,
  withDefault,
} from '../../api/field.ts'
import { define } from '../../api/operation.ts'
import { operations } from '../../api/operations.ts'
import { KmsError } from '../../core/errors.ts'
import { decode } from './decode.ts'

const Probe = define(
  'Probe',
  '',
  {
    Name: string('', { minLength: 0, maxLength: 5, pattern: /[a-z]*/ }),
    Spec: optional(oneOf('', ['A', 'B'])),
    Data: optional(bytes('', { minLength: 1, maxLength: 4 })),
    Count: optional(integer('', { minimum: 1, maximum: 10 })),
    Flag: withDefault(boolean(''), false),
    Context: optional(stringMap('', { maxLength: 60 })),
    Tags: optional(json('', list('', object('', { Key: string(''), Value: optional(string('')) }), { maxLength: 2 }))),
    Id: optional(list('', string('', { maxLength: 3 }), { maxLength: 2 })),
    Tag: optional(list('', object('', { Key: string(''), Value: optional(string('')) }), { maxLength: 20 })),
  },
  {},
)
const decoded = (given: Record<string, string>): unknown =>
  decode(Probe, new Map(Object.entries({ Name: '', ...given })))
const refuses = (given: Record<string, string>, code: string, parameter: string): void => {
  assert.throws(
    () => decoded(given),
    (error) => error instanceof KmsError && error.code === code && error.parameter === parameter,
    JSON.stringify(given),
  )
}

describe('decoding by the contract', () => {
  test('every kind becomes its value', () => {
    assert.deepEqual(
      decoded({
        Name: 'abc',
        Spec: 'B',
        Data: 'AAE=',
        Count: '10',
        Flag: 'True',
        Context: '{"a":"b","c":""}',
        Tags: '[{"Key":"k","Value":"v","Other":1},{"Key":"l"}]',
        'Id.1': 'x',
        'Id.2': '',
        'Tag.2.Key': 'second',
        'Tag.1.Key': 'first',
        'Tag.1.Value': '',
        Unknown: 'ignored',
      }),
      {
        name: 'abc',
        spec: 'B',
        data: Buffer.from([0, 1]),
        count: 10,
        flag: true,
        context: { a: 'b', c: '' },
        tags: [{ key: 'k', value: 'v' }, { key: 'l' }],
        id: ['x', ''],
        tag: [{ key: 'first', value: '' }, { key: 'second' }],
      },
    )
  })

  test('a parameter that is left out is missing, absent or its default', () => {
    assert.deepEqual(decoded({}), { name: '', flag: false })
    assert.throws(
      () => decode(Probe, new Map()),
      (error) => error instanceof KmsError && error.message === 'The parameter "Name" is needed but not provided.',
    )
  })

  test('an optional parameter that is sent empty counts as left out', () => {
    const empty = Object.fromEntries(['Spec', 'Data', 'Count', 'Flag', 'Context', 'Tags'].map((name) => [name, '']))
    assert.deepEqual(decoded(empty), { name: '', flag: false })
  })

  test('white space in Base64 is skipped, as clients that send a line of a file leave it in', () => {
    const data = Buffer.from('//79', 'base64')
    for (const text of ['//79\n', '//79\r\n', ' //\t7\n9']) {
      assert.deepEqual(decoded({ Data: text }), { name: '', flag: false, data }, JSON.stringify(text))
    }
    for (const text of ['//7 ', '//79\u00a0', '//79\0', '\n']) refuses({ Data: text }, 'InvalidParameter', 'Data')
  })

  test('values beyond the limits are refused in the name of their parameter', () => {
    const bad: readonly [name: string, value: string][] = [
      ['Name', 'abcdef'],
      ['Name', 'aB'],
      ['Name', 'ab\n'],
      ['Spec', 'a'],
      ['Data', 'AAAAAAA='],
      ['Data', 'AAE'],
      ['Data', 'A-E='],
      ['Count', '0'],
      ['Count', '11'],
      ['Count', '1.0'],
      ['Count', '+1'],
      ['Count', '0x1'],
      ['Count', '1e0'],
      ['Flag', 'yes'],
      ['Flag', '1'],
    ]
    for (const [name, value] of bad) refuses({ [name]: value }, 'InvalidParameter', name)
  })

  test('JSON that could be understood in two ways, or is no map of text, is refused', () => {
    for (const value of [
      '{',
      '[]',
      'null',
      '"text"',
      '{"a":null}',
      '{"a":{}}',
      '{"a":"1","a":"2"}',
      '{"a":"1","\\u0061":"2"}',
      '{"a":"\\ud800"}',
      '{"\\udc00":"a"}',
      '{"__proto__":"a"}',
      '{"a":"b"} ',
      `{"a":"${'x'.repeat(60)}"}`,
    ].filter((value) => value !== '{"a":"b"} ')) {
      refuses({ Context: value }, 'InvalidParameter', 'Context')
    }
    refuses({ Tags: `${'['.repeat(50)}${']'.repeat(50)}` }, 'InvalidParameter', 'Tags')
    refuses({ Tags: '[{"Value":"v"}]' }, 'InvalidParameter', 'Tags')
    refuses({ Tags: '[{"Key":"a"},{"Key":"b"},{"Key":"c"}]' }, 'InvalidParameter', 'Tags')
    refuses({ Tags: '{"Key":"a"}' }, 'InvalidParameter', 'Tags')
  })

  test('numbers are taken for text and text for numbers and flags, and what is left out may be null', () => {
    const Other = define(
      'Other',
      '',
      {
        List: optional(
          json('', list('', object('', { Id: string(''), Count: optional(integer('')), Flag: optional(boolean('')) }))),
        ),
        Context: optional(stringMap('')),
      },
      {},
    )
    const read = (name: string, text: string): unknown => decode(Other, new Map([[name, text]]))
    const item = (text: string): unknown => read('List', `[${text}]`)
    assert.deepEqual(item('{"Id":9199254740993123,"Count":7,"Flag":true}'), {
      list: [{ id: '9199254740993123', count: 7, flag: true }],
    })
    assert.deepEqual(item('{"Id":1.50,"Count":"7","Flag":"False"}'), { list: [{ id: '1.50', count: 7, flag: false }] })
    assert.deepEqual(item('{"Id":"","Count":null,"Flag":null}'), { list: [{ id: '' }] })
    assert.deepEqual(read('Context', '{"a":1,"b":"1"}'), { context: { a: '1', b: '1' } })
    for (const text of ['{"Id":null}', '{"Id":true}', '{"Id":"","Count":1.5}', '{"Id":"","Flag":"constructor"}', '7']) {
      assert.throws(() => item(text), { code: 'InvalidParameter', parameter: 'List' }, text)
    }
  })

  test('of structured parameters the error names the member, and quotes nothing', () => {
    const message = (text: string): string => {
      try {
        return String(decoded({ Tags: text }))
      } catch (error) {
        return error instanceof KmsError ? error.message : String(error)
      }
    }
    const start = 'The specified parameter "Tags" is not valid. '
    assert.equal(message('[{"Key":"a"},{"Key":{}}]'), `${start}[1].Key must be text.`)
    assert.equal(message('[{"Value":"secret"}]'), `${start}[0].Key is missing.`)
    assert.equal(message('{"Key":"secret"}'), `${start}It must be a list (up to 2 items).`)
    assert.equal(message('[{"Key":"secret"'), `${start}It is not valid JSON.`)
  })

  test('lists are refused in the name of the item at fault', () => {
    refuses({ 'Id.1': 'long!' }, 'InvalidParameter', 'Id.1')
    refuses({ 'Id.1.Key': 'x' }, 'InvalidParameter', 'Id.1')
    refuses({ 'Id.0': 'x' }, 'InvalidParameter', 'Id')
    refuses({ 'Id.01': 'x' }, 'InvalidParameter', 'Id')
    refuses({ 'Id.x': 'x' }, 'InvalidParameter', 'Id')
    refuses({ 'Id.1': 'a', 'Id.2': 'b', 'Id.3': 'c' }, 'InvalidParameter', 'Id')
    refuses({ 'Tag.1': 'x' }, 'InvalidParameter', 'Tag.1')
    refuses({ 'Tag.1.Value': 'x' }, 'MissingParameter', 'Tag.1.Key')
  })

  test('a value of 64 KiB takes no time to refuse, whatever it holds', () => {
    const before = process.cpuUsage()
    for (const filler of ['\\"', '"\\"', '[', '{"a":', '\\', '"', '{"a":"b",', '1']) {
      const text = filler.repeat(65_536 / filler.length)
      refuses({ Tags: text }, 'InvalidParameter', 'Tags')
    }
    // of the processor: how long the machine was busy with others says nothing
    assert.ok(process.cpuUsage(before).user < 500_000)
  })

  test('no error quotes a value', () => {
    const marker = 'MARKER'
    for (const name of ['Name', 'Spec', 'Data', 'Count', 'Flag', 'Context', 'Tags', 'Id.1', 'Tag.1']) {
      assert.throws(
        () => decoded({ [name]: `${marker}!!` }),
        (error) => error instanceof KmsError && !error.message.includes(marker),
      )
    }
  })

  test('any parameters are decoded or refused, for every operation', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.json({ maxDepth: 3 }),
      fc.base64String({ maxLength: 40 }),
      fc.constantFrom('', 'true', '-1', '10', '{"a":"b"}', '[{"TagKey":"a","TagValue":"b"}]'),
    )
    const calls = fc.constantFrom(...operations).chain((operation) => {
      const names = Object.entries(operation.request).flatMap(([name, { kind }]) =>
        kind === 'list' ? [`${name}.1`, `${name}.1.Key`, `${name}.2.Key`, `${name}.x`] : [name],
      )
      const parameters = fc.dictionary(fc.oneof(fc.constantFrom(...names, 'Other'), fc.string()), text, { maxKeys: 12 })
      return fc.record({ operation: fc.constant(operation), parameters })
    })
    fc.assert(
      fc.property(calls, ({ operation, parameters }) => {
        try {
          decode(operation, new Map(Object.entries(parameters)))
        } catch (error) {
          const codes = ['MissingParameter', 'InvalidParameter', 'UnsupportedOperation']
          assert.ok(error instanceof KmsError && codes.includes(error.code))
        }
      }),
      { numRuns: 500 },
    )
  })
})
