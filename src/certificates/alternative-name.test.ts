import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAlternativeName, parseAlternativeName } from './alternative-name.ts'
import { CertificateError } from './certificate-error.ts'

const read: Readonly<Record<string, string>> = {
  'test.com': 'DNS:test.com',
  'dns:*.test.cn': 'DNS:*.test.cn',
  '例子.中国': 'DNS:xn--fsqu00a.xn--fiqs8s',
  '*.例子.中国': 'DNS:*.xn--fsqu00a.xn--fiqs8s',
  localhost: 'DNS:localhost',
  '10.0.0.1': 'IP:10.0.0.1',
  'IP:2001:0DB8::0001': 'IP:2001:db8::1',
  '::ffff:10.0.0.1': 'IP:::ffff:a00:1',
  'a.b@例子.cn': 'email:a.b@xn--fsqu00a.cn',
  'https://test.com/a?b': 'URI:https://test.com/a?b',
  'URI:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6': 'URI:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
}
for (const [text, expected] of Object.entries(read))
  test(`${text} is ${expected}`, () => assert.equal(formatAlternativeName(parseAlternativeName(text)), expected))

const refused = [
  '',
  'DNS:',
  'a..b',
  '*.*.com',
  'a*.com',
  '-a.com',
  'a b',
  'DNS:10.0.0.1',
  `${'a'.repeat(64)}.com`,
  'IP:1.2.3',
  'IP:fe80::1%eth0',
  'email:a',
  'a@@b',
  'a@b@c',
  'URI:test',
  'DNS:a\0.com',
]
for (const text of refused)
  test(`${JSON.stringify(text)} is no alternative name`, () => {
    assert.throws(
      () => parseAlternativeName(text),
      (error) => error instanceof CertificateError && error.parameter === 'alternativeNames',
    )
  })
