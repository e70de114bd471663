import assert from 'node:assert/strict'
import { createCipheriv, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { MemoryKms } from '../../../../test/kit/envelope-kms.ts'
import { wrapDataKey } from '../data-keys/wrap.ts'
import { decrypt } from '../decrypt.ts'
import { openChunk } from './chunk.ts'
import { encodeHeader, envelopeKeys } from './header.ts'
import { type Suite, suites } from './suite.ts'

const suite = suites[0] as Suite
const chunkBytes = 4096

/** AES of one block, the part of GCM that depends on the key. */
function encryptBlock(key: Uint8Array, block: Uint8Array): bigint {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  return BigInt(`0x${cipher.update(block).toString('hex')}`)
}

/** Multiplication in GCM's field (SP 800-38D §6.3): bit 127 is the coefficient of x⁰. */
function multiply(a: bigint, b: bigint): bigint {
  let [product, factor] = [0n, b]
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if ((a >> bit) & 1n) product ^= factor
    factor = factor & 1n ? (factor >> 1n) ^ (0xe1n << 120n) : factor >> 1n
  }
  return product
}

/** a^(2^128 − 2): the inverse. */
function invert(a: bigint): bigint {
  let [result, power] = [1n << 127n, a]
  for (let bit = 0; bit < 128; bit += 1) {
    if (bit > 0) result = multiply(result, power)
    power = multiply(power, power)
  }
  return result
}

const block = (value: bigint): Uint8Array => Buffer.from(value.toString(16).padStart(32, '0'), 'hex')

/**
 * One chunk that two keys open. With one block of ciphertext C and its length L the tag is C·H² + L·H + E(J₀); setting
 * the tags of both keys equal leaves one unknown, C.
 */
function chunkForTwoKeys(first: Uint8Array, second: Uint8Array): Uint8Array {
  const counter = Buffer.concat([Uint8Array.of(1), new Uint8Array(11), Uint8Array.of(0, 0, 0, 1)])
  const length = 128n
  const [h1, h2] = [first, second].map((key) => encryptBlock(key, new Uint8Array(16))) as [bigint, bigint]
  const [e1, e2] = [first, second].map((key) => encryptBlock(key, counter)) as [bigint, bigint]
  const squares = multiply(h1, h1) ^ multiply(h2, h2)
  const ciphertext = multiply(multiply(length, h1 ^ h2) ^ e1 ^ e2, invert(squares))
  const tag = multiply(ciphertext, multiply(h1, h1)) ^ multiply(length, h1) ^ e1
  return Buffer.concat([block(ciphertext), block(tag)])
}

test('a chunk that opens under two data keys is refused to the key that is not committed to', async () => {
  const kms = new MemoryKms('alias/alice', 'alias/bob')
  const fields = { suite, chunkBytes, salt: randomBytes(32), encryptionContext: {} }
  const dataKeys = [randomBytes(32), randomBytes(32)] as const
  const [alice, bob] = dataKeys.map((dataKey) => envelopeKeys(fields, dataKey)) as [
    ReturnType<typeof envelopeKeys>,
    ReturnType<typeof envelopeKeys>,
  ]
  const chunk = chunkForTwoKeys(alice.chunkKey, bob.chunkKey)
  const [forAlice, forBob] = [alice, bob].map(({ chunkKey }) =>
    Buffer.concat(openChunk({ suite, chunkKey }, 0, true, chunk)),
  )
  assert.notDeepEqual(forAlice, forBob)

  const wrappedKeys = [
    ...(await wrapDataKey(dataKeys[0], { kms, recipients: ['alias/alice'], encryptionContext: {} })),
    ...(await wrapDataKey(dataKeys[1], { kms, recipients: ['alias/bob'], encryptionContext: {} })),
  ]
  const envelope = Buffer.concat([
    encodeHeader({ ...fields, commitment: alice.commitment, wrappedKeys }, alice.headerKey, 1),
    chunk,
  ])
  assert.deepEqual(Buffer.from((await decrypt(envelope, { kms })).plaintext), forAlice)
  kms.setState('alias/alice', 'Disabled')
  await assert.rejects(decrypt(envelope, { kms }), { code: 'AuthenticationFailed' })
})
