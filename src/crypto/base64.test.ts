import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeBase64, decodeWrappedBase64, encodeBase64 } from './base64.ts'

test('any bytes survive the round trip', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.deepEqual(Buffer.from(decodeBase64(encodeBase64(bytes)) ?? 'none'), Buffer.from(bytes))
    }),
  )
})

test('a view into a larger buffer is encoded alone', () => {
  assert.equal(encodeBase64(Buffer.from('xabcx').subarray(1, 4)), 'YWJj')
})

for (const [what, text] of [
  ['missing padding', 'YQ'],
  ['too much padding', 'YQ==='],
  ['padding inside', 'YQ==YQ=='],
  ['the URL alphabet', '-_-_'],
  ['white space', 'YW Jj'],
  ['a line break at the end', 'YWJj\n'],
  ['unused bits that are not zero', 'YR=='],
  ['a foreign character', 'YWJ*'],
  ['a lone character', 'Y'],
] as const) {
  test(`${what} is not Base64`, () => {
    assert.equal(decodeBase64(text), undefined)
  })
}

test('the empty text is the empty value', () => {
  assert.equal(decodeBase64('')?.length, 0)
})

test('white space, wherever it stands, counts for nothing where wrapped text is read', () => {
  for (const text of ['YWJj', 'YWJj\n', ' YW\r\nJj\t', 'Y\nW\nJ\nj\n'])
    assert.deepEqual(Buffer.from(decodeWrappedBase64(text) ?? 'none'), Buffer.from('abc'))
  for (const text of ['YW\u00a0Jj', 'YW-j', 'YR==\n', 'YWJj\v', 'Y Q'])
    assert.equal(decodeWrappedBase64(text), undefined)
})
