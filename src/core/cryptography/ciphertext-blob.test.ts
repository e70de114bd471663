import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { composeAdvanceBlob, parseAdvanceBlob } from './advance-blob.ts'
import { composeBlob, parseBlob } from './ciphertext-blob.ts'
import { contextAad } from './encryption-context.ts'

const keyVersionId = '0b30658a-ed1a-4922-b8f7-a673ca9ceddd'
const blob = fc.record({
  iv: fc.uint8Array({ minLength: 12, maxLength: 12 }),
  sealed: fc.uint8Array({ minLength: 16, maxLength: 80 }),
})

test('a blob is version id, IV, ciphertext and tag, one behind the other', () => {
  const composed = composeBlob({ keyVersionId, iv: Buffer.alloc(12, 1), sealed: Buffer.alloc(20, 2) })
  assert.equal(Buffer.from(composed.subarray(0, 36)).toString(), keyVersionId)
  assert.deepEqual([...composed.subarray(36, 48)], Array(12).fill(1))
  assert.deepEqual([...composed.subarray(48)], Array(20).fill(2))
})

test('a blob comes apart into what it was made of', () => {
  fc.assert(
    fc.property(blob, ({ iv, sealed }) => {
      const parsed = parseBlob(composeBlob({ keyVersionId, iv, sealed }))
      assert.equal(parsed?.keyVersionId, keyVersionId)
      assert.deepEqual(Buffer.from(parsed.iv), Buffer.from(iv))
      assert.deepEqual(Buffer.from(parsed.sealed), Buffer.from(sealed))
    }),
  )
})

test('what is too short for a blob, or does not begin with text, is none', () => {
  const whole = composeBlob({ keyVersionId, iv: Buffer.alloc(12), sealed: Buffer.alloc(16) })
  for (let length = 0; length < whole.length; length++) assert.equal(parseBlob(whole.subarray(0, length)), undefined)
  assert.equal(parseBlob(Buffer.alloc(80)), undefined)
})

test('behind its three bytes an AES_GCM Advance blob is a blob of the OpenAPI gateway', () => {
  const parsed = parseAdvanceBlob(
    Buffer.concat([
      Buffer.from([0x24, 0, 2]),
      composeBlob({ keyVersionId, iv: Buffer.alloc(12, 3), sealed: Buffer.alloc(30, 4) }),
    ]),
  )
  assert.ok(parsed)
  assert.equal(parsed.keyVersionId, keyVersionId)
  assert.equal(parsed.scheme.algorithm.name, 'AES_GCM')
  assert.equal(Buffer.from(composeAdvanceBlob(parsed)).subarray(0, 3).toString('hex'), '240002')
})

test('bytes of any kind are an Advance blob or none, and one that is comes apart whole', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 120 }),
      fc.constantFrom(0, 1, 2, 7),
      fc.constantFrom(2, 0x81, 0x82, 9),
      (rest, padding, code) => {
        const bytes = Buffer.concat([Buffer.from([0x24, padding, code]), rest])
        const parsed = parseAdvanceBlob(bytes)
        if (parsed === undefined) return
        const again = Buffer.from(composeAdvanceBlob(parsed))
        assert.equal(again.length, bytes.length)
        assert.deepEqual(again.subarray(39), bytes.subarray(39))
      },
    ),
  )
})

test('the associated data of a context is the hash that the official Java and Go clients send', () => {
  const expected = '43a9a884625d6396999ecd25592f3da21e28327264fe9ce8f4e46e5c966db3ec'
  assert.equal(Buffer.from(contextAad({ this: 'is', encryption: 'context' }) ?? []).toString('hex'), expected)
  assert.equal(Buffer.from(contextAad({ encryption: 'context', this: 'is' }) ?? []).toString('hex'), expected)
})

test('no context and an empty one both stand for no associated data', () => {
  assert.equal(contextAad(undefined), undefined)
  assert.equal(contextAad({}), undefined)
})

test('keys are sorted by code point, not by UTF-16 unit', () => {
  const [below, above] = ['\uffee', '\u{1f600}']
  assert.deepEqual(contextAad({ [above]: '1', [below]: '2' }), contextAad({ [below]: '2', [above]: '1' }))
})
