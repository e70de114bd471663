import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  expectTally,
  type Fields,
  hex,
  number,
  type Outcome,
  outcome,
  runWycheproof,
} from '../../test/kit/wycheproof.ts'
import type { BlockCipher } from './algorithms.ts'
import {
  type BlockKey,
  decryptBlocks,
  encryptBlocks,
  openGcm,
  openGcmAnyIv,
  sealGcm,
  sealGcmAnyIv,
} from './block-cipher.ts'
import { CryptoFailure } from './failure.ts'

const ciphers: readonly BlockCipher[] = ['aes-128', 'aes-192', 'aes-256', 'sm4']
const keyBytes = { 'aes-128': 16, 'aes-192': 24, 'aes-256': 32, sm4: 16 } as const
const blockKey = (cipher: BlockCipher, key: Uint8Array): BlockKey => ({ cipher, secret: createSecretKey(key) })
const freshKey = (cipher: BlockCipher): BlockKey => blockKey(cipher, randomBytes(keyBytes[cipher]))
const iv = randomBytes(12)

function opens(work: () => Uint8Array, expected: Uint8Array): boolean {
  try {
    return Buffer.compare(work(), expected) === 0
  } catch (error) {
    assert.ok(error instanceof CryptoFailure)
    return false
  }
}

const judgeGcm =
  (cipherOf: (group: Fields) => BlockCipher) =>
  (group: Fields, vector: Fields): Outcome => {
    const nonce = hex(vector, 'iv')
    if (number(group, 'tagSize') !== 128) return 'not applicable'
    const key = blockKey(cipherOf(group), hex(vector, 'key'))
    const sealed = Buffer.concat([hex(vector, 'ct'), hex(vector, 'tag')])
    if (nonce.length !== 12) {
      assert.throws(() => openGcm(key, nonce, sealed, hex(vector, 'aad')), CryptoFailure)
      if (nonce.length > 128) return 'not applicable'
      return outcome(opens(() => openGcmAnyIv(key, nonce, sealed, hex(vector, 'aad')), hex(vector, 'msg')))
    }
    if (vector.result === 'valid') {
      assert.deepEqual(Buffer.from(sealGcm(key, nonce, hex(vector, 'msg'), hex(vector, 'aad'))), sealed)
    }
    return outcome(opens(() => openGcm(key, nonce, sealed, hex(vector, 'aad')), hex(vector, 'msg')))
  }

test('AES-GCM gives the Wycheproof answers; only IVs longer than 128 bytes do not apply', async () => {
  const tally = await runWycheproof(
    'aes_gcm',
    judgeGcm((group) => `aes-${number(group, 'keySize')}` as BlockCipher),
  )
  expectTally(tally, { valid: 226, invalid: 87, notApplicable: 3 })
})

test('SM4-GCM gives the Wycheproof answers', async () => {
  const tally = await runWycheproof(
    'sm4_gcm',
    judgeGcm(() => 'sm4'),
  )
  expectTally(tally, { valid: 74, invalid: 29, notApplicable: 1 })
})

test('AES-CBC with PKCS #7 padding gives the Wycheproof answers', async () => {
  const tally = await runWycheproof('aes_cbc_pkcs5', (group, vector) => {
    const key = blockKey(`aes-${number(group, 'keySize')}` as BlockCipher, hex(vector, 'key'))
    const parameters = { mode: 'cbc', iv: hex(vector, 'iv'), padding: 'PKCS7_PADDING' } as const
    if (vector.result === 'valid') {
      assert.deepEqual(encryptBlocks(key, parameters, hex(vector, 'msg')), hex(vector, 'ct'))
    }
    return outcome(opens(() => decryptBlocks(key, parameters, hex(vector, 'ct')), hex(vector, 'msg')))
  })
  expectTally(tally, { valid: 72, invalid: 144 })
})

interface Sm4Vector {
  readonly mode: string
  readonly keyHex: string
  readonly ivHex?: string
  readonly aadHex?: string
  readonly plaintextHex?: string
  readonly plaintextUtf8?: string
  readonly ciphertextHex: string
  readonly tagHex?: string
}
const { sm4: sm4Vectors } = JSON.parse(
  readFileSync(new URL('../../test/vectors/gm/sm.json', import.meta.url), 'utf8'),
) as { sm4: readonly Sm4Vector[] }

const sm4Answers: Readonly<Record<string, (vector: Sm4Vector, key: BlockKey, plaintext: Uint8Array) => Uint8Array>> = {
  'ECB one block': (_, key, plaintext) =>
    encryptBlocks(key, { mode: 'ecb', iv: new Uint8Array(0), padding: 'NO_PADDING' }, plaintext),
  GCM: ({ ivHex = '', aadHex = '' }, key, plaintext) =>
    sealGcm(key, Buffer.from(ivHex, 'hex'), plaintext, Buffer.from(aadHex, 'hex')),
  'CBC, PKCS#7': ({ ivHex = '' }, key, plaintext) =>
    encryptBlocks(key, { mode: 'cbc', iv: Buffer.from(ivHex, 'hex'), padding: 'PKCS7_PADDING' }, plaintext),
  CTR: ({ ivHex = '' }, key, plaintext) =>
    encryptBlocks(key, { mode: 'ctr', iv: Buffer.from(ivHex, 'hex'), padding: 'NO_PADDING' }, plaintext),
}

test('SM4 gives the published answers in every mode offered', () => {
  const applicable = sm4Vectors.filter((vector) => sm4Answers[vector.mode])
  assert.equal(applicable.length, 4)
  for (const vector of applicable) {
    const key = blockKey('sm4', Buffer.from(vector.keyHex, 'hex'))
    const plaintext = vector.plaintextHex
      ? Buffer.from(vector.plaintextHex, 'hex')
      : Buffer.from(vector.plaintextUtf8 ?? '', 'utf8')
    const expected = vector.ciphertextHex + (vector.mode === 'GCM' ? vector.tagHex : '')
    const answer = sm4Answers[vector.mode]?.(vector, key, plaintext)
    assert.equal(Buffer.from(answer ?? '').toString('hex'), expected, vector.mode)
  }
})

for (const cipher of ciphers) {
  test(`${cipher}-GCM opens what it sealed and nothing that was altered or cut`, () => {
    const key = freshKey(cipher)
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.uint8Array({ maxLength: 20 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (plaintext, aad, position, flip) => {
          const sealed = sealGcm(key, iv, plaintext, aad)
          assert.equal(sealed.length, plaintext.length + 16)
          assert.deepEqual(Buffer.from(openGcm(key, iv, sealed, aad)), Buffer.from(plaintext))
          const altered = Uint8Array.from(sealed)
          const at = position % sealed.length
          altered[at] = (altered[at] ?? 0) ^ flip
          assert.throws(() => openGcm(key, iv, altered, aad), CryptoFailure)
          assert.throws(() => openGcm(key, iv, sealed.subarray(0, at), aad), CryptoFailure)
          assert.throws(() => openGcm(key, iv, sealed, Buffer.concat([aad, Buffer.of(0)])), CryptoFailure)
        },
      ),
    )
  })

  test(`${cipher} in CBC, ECB and CTR decrypts what it encrypted`, () => {
    const key = freshKey(cipher)
    for (const [mode, ivLength] of [
      ['cbc', 16],
      ['ecb', 0],
      ['ctr', 16],
    ] as const) {
      const parameters = { mode, iv: randomBytes(ivLength), padding: 'PKCS7_PADDING' } as const
      for (const length of [0, 1, 15, 16, 17, 100]) {
        const plaintext = randomBytes(length)
        assert.deepEqual(decryptBlocks(key, parameters, encryptBlocks(key, parameters, plaintext)), plaintext)
      }
    }
  })
}

test('without padding CBC takes whole blocks only and adds none', () => {
  const key = freshKey('aes-256')
  const parameters = { mode: 'cbc', iv: randomBytes(16), padding: 'NO_PADDING' } as const
  assert.equal(encryptBlocks(key, parameters, new Uint8Array(32)).length, 32)
  assert.throws(() => encryptBlocks(key, parameters, new Uint8Array(31)), RangeError)
  assert.throws(() => decryptBlocks(key, parameters, new Uint8Array(31)), CryptoFailure)
})

test('an IV of the wrong length is refused: as misuse when sealing, as a failure when opening', () => {
  const key = freshKey('aes-256')
  const short = new Uint8Array(11)
  assert.throws(() => sealGcm(key, short, new Uint8Array(1)), RangeError)
  assert.throws(() => openGcm(key, short, new Uint8Array(17)), CryptoFailure)
  const parameters = { mode: 'cbc', iv: short, padding: 'PKCS7_PADDING' } as const
  assert.throws(() => encryptBlocks(key, parameters, new Uint8Array(1)), RangeError)
  assert.throws(() => decryptBlocks(key, parameters, new Uint8Array(16)), CryptoFailure)
})

test('another IV length works only through the functions that name it', () => {
  const key = freshKey('aes-256')
  const longIv = randomBytes(16)
  const sealed = sealGcmAnyIv(key, longIv, Buffer.from('text'))
  assert.equal(Buffer.from(openGcmAnyIv(key, longIv, sealed)).toString(), 'text')
  assert.throws(() => openGcm(key, longIv, sealed), CryptoFailure)
  assert.throws(() => openGcmAnyIv(key, new Uint8Array(0), sealed), CryptoFailure)
})

test('a key opens nothing that the other cipher of the same key length sealed', () => {
  const bytes = randomBytes(16)
  const sealed = sealGcm(blockKey('sm4', bytes), iv, Buffer.from('text'))
  assert.throws(() => openGcm(blockKey('aes-128', bytes), iv, sealed), CryptoFailure)
})
