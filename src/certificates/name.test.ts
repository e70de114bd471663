import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AsnConvert } from '@peculiar/asn1-schema'
import { Name } from '@peculiar/asn1-x509'
import fc from 'fast-check'
import { CertificateError } from './certificate-error.ts'
import { type DistinguishedName, decodeName, encodeName, formatName, isSameName, parseName } from './name.ts'
import { attributeTypeOf } from './name-attributes.ts'

const oidOf = (name: string): string => attributeTypeOf(name)?.oid ?? assert.fail(name)
const flat = (text: string) => parseName(text).map((rdn) => rdn.map(({ type, value }) => [type, value]))

test('parts keep their order, spaces around them do not count, values may be Chinese', () => {
  assert.deepEqual(flat('CN=测试证书, O = 阿里云 ,C=CN'), [
    [[oidOf('CN'), '测试证书']],
    [[oidOf('O'), '阿里云']],
    [[oidOf('C'), 'CN']],
  ])
})

test('relative names may have several attributes, and types may be OIDs', () => {
  assert.deepEqual(flat('cn=a+UID=b+2.5.4.97=c,E=a@b.cn'), [
    [
      [oidOf('CN'), 'a'],
      [oidOf('UID'), 'b'],
      ['2.5.4.97', 'c'],
    ],
    [[oidOf('emailAddress'), 'a@b.cn']],
  ])
})

test('escapes are those of RFC 4514, and quoted values those of RFC 2253', () => {
  const oneValue = (text: string) => parseName(text)[0]?.[0]?.value
  assert.equal(oneValue('CN=James \\"Jim\\" Smith\\, III'), 'James "Jim" Smith, III')
  assert.equal(oneValue('CN=Lu\\C4\\8Di\\C4\\87'), 'Lučić')
  assert.equal(oneValue('O="Example, Inc. + Co"'), 'Example, Inc. + Co')
  assert.equal(oneValue('CN=\\ two \\  '), ' two  ')
  assert.equal(oneValue('CN=\\#1=2'), '#1=2')
})

const refused: Readonly<Record<string, RegExp>> = {
  '': /is empty/,
  ' ': /is empty/,
  'example.com': /TYPE=value/,
  'CN=a,': /TYPE=value/,
  'CN=a,,O=b': /TYPE=value/,
  '=a': /TYPE=value/,
  'CN=': /no value for CN/,
  'XX=a': /"XX" that nobody knows/,
  '3.1=a': /nobody knows/,
  'C=CHN': /two letters/,
  'C=中国': /two letters/,
  'CN=a\\': /escape/,
  'CN=a\\zb': /escape/,
  'CN=\\C4': /no UTF-8/,
  'CN="a': /not closed/,
  'CN="a" b': /must be escaped/,
  'CN=a;O=b': /must be escaped/,
  'CN=#0401': /hexadecimal/,
  'CN=a\0b': /control character/,
  'CN=a\\0Ab': /control character/,
  'CN=\ud800': /Unicode/,
  'SERIALNUMBER=编号': /isn't allowed/,
  'E=a@例子.cn': /ASCII/,
  [`CN=${'例'.repeat(65)}`]: /64 characters/,
  [`CN=${'a'.repeat(5000)}`]: /4096/,
}
for (const [text, message] of Object.entries(refused))
  test(`the subject ${JSON.stringify(text.slice(0, 30))} is refused`, () => {
    assert.throws(
      () => parseName(text),
      (error) => error instanceof CertificateError && error.parameter === 'subject' && message.test(error.message),
    )
  })

test('a name that is written as text is read again, and so is its encoding', () => {
  const value = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 40 })
    .filter((text) => !/\p{Cc}/u.test(text) && text.isWellFormed())
  const attribute = fc.record(
    { type: fc.constantFrom(oidOf('CN'), oidOf('O'), oidOf('OU'), '2.5.4.97'), value },
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(
      fc.array(fc.array(attribute, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 4 }),
      (name) => {
        assert.deepEqual(parseName(formatName(name)), name)
        const again = decodeName(AsnConvert.parse(AsnConvert.serialize(encodeName(name)), Name))
        assert.ok(isSameName(again, name))
        assert.deepEqual(again.map(sorted), name.map(sorted))
      },
    ),
  )
})
const sorted = (attributes: DistinguishedName[number]): readonly string[] =>
  attributes.map(({ type, value }) => `${type} ${value}`).toSorted()

test('names are the same whatever their case, their spaces and the order of attributes', () => {
  const same = (one: string, other: string) => isSameName(parseName(one), parseName(other))
  assert.ok(same('CN=Example  CA,C=CN', 'cn=example ca, C=cn'))
  assert.ok(same('CN=a+O=b', 'O=b+CN=a'))
  assert.ok(!same('CN=a,O=b', 'O=b,CN=a'))
  assert.ok(!same('CN=a', 'CN=a,O=b'))
  assert.ok(!same('CN=a', 'O=a'))
})
