import { createSecretKey, randomBytes } from 'node:crypto'
import { matchesToken } from '../../../src/core/callers/credentials.ts'
import { importTokenSeconds, readImportToken, writeImportToken } from '../../../src/core/key-material/import-token.ts'
import { requireSameMaterial } from '../../../src/core/key-material/imported-material.ts'
import type { Kms } from '../../../src/core/kms.ts'
import type { Keyring } from '../../../src/core/sealing/keyring.ts'
import { hashToken } from '../../../src/core/sts/session.ts'
import { formatTime, secondsLater } from '../../../src/core/time.ts'
import { decodeBase64, encodeBase64 } from '../../../src/crypto/base64.ts'
import { invertSecret, toBigInt, toBytes } from '../../../src/crypto/big-integer.ts'
import { openGcm, sealGcm } from '../../../src/crypto/block-cipher.ts'
import { openDerived, sealDerived } from '../../../src/crypto/derived-seal.ts'
import { openEax, sealEax } from '../../../src/crypto/eax.ts'
import {
  EcPrivateKey,
  encodeEcPkcs8,
  generateEcKey,
  signEcdsaDigest,
  verifyOwnEcdsaDigest,
} from '../../../src/crypto/ec.ts'
import { curves } from '../../../src/crypto/ec-curve.ts'
import { decryptEcies, encryptEcies } from '../../../src/crypto/ecies.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import { isOneByte } from '../../../src/crypto/import-validation.ts'
import { generateMac, verifyMac } from '../../../src/crypto/mac.ts'
import { mgf1, xor } from '../../../src/crypto/mgf1.ts'
import { decodeOaep } from '../../../src/crypto/rsa-oaep-decoder.ts'
import { openSiv, sealSiv } from '../../../src/crypto/siv.ts'
import { encryptSm2, openSm2 } from '../../../src/crypto/sm2-encryption.ts'
import { multiplySm2 } from '../../../src/crypto/sm2-exchange.ts'
import { generateSm2Key } from '../../../src/crypto/sm2-key.ts'
import { isSameSignature } from '../../../src/gateway/openapi/authenticate.ts'
import {
  encodeHeader,
  envelopeKeys,
  isKeyOf,
  type ParsedHeader,
  parseHeader,
} from '../../../src/sdk/envelope/keyhaven/header.ts'
import { saltBytes, suites } from '../../../src/sdk/envelope/keyhaven/suite.ts'
import { chainSeal } from '../../../src/server/audit/chain-seal.ts'
import type { TimingCase } from './measure.ts'

/*
 * Every comparison with something secret, and every conversion of something secret, that an outsider can cause. Not here:
 * what happens once, at a start, with the operator's own secret; comparisons of public values (signatures that are
 * verified, certificates); whether an AccessKey exists, which the answer says; what is left of the arithmetic of SM2 (see
 * SECURITY.md).
 */

/** Sources that compare in constant time and are not measured, and why. */
export const unmeasured: Readonly<Record<string, string>> = {
  'cli/agent/service.ts': 'compares hashes of tokens',
  'cli/commands/mac.ts': 'compares what its own user gave, once in a process',
  'core/secrets/put-secret-value.ts': 'compares hashes of what the caller gave and what is stored',
  'core/secrets/ram-target.ts': 'compares by the same function, after asking the store',
  'crypto/pkcs12.ts': 'reads a file of whoever runs it, with their own password',
  'crypto/rsa-pss.ts': 'verifies: everything in it is public',
  'gateway/instance/authenticate.ts': 'compares the digest of a body that its sender knows',
  'sdk/envelope/encryption-sdk/head.ts':
    'compares the tag of GCM as the format of others wants it, by the same function',
}

type Flip = (bytes: Uint8Array, isSecond: boolean) => Uint8Array

/** Wrong in the first byte of what is compared, or in the last one. */
const wrongAt =
  (first: number, last: number): Flip =>
  (bytes, isSecond) => {
    const at = isSecond ? bytes.length + last : first < 0 ? bytes.length + first : first
    return bytes.with(at, (bytes[at] ?? 0) ^ 1)
  }
const ends = wrongAt(0, -1)
const tagEnds = wrongAt(-16, -1)
const firstOrLast = 'wrong in the first byte, or in the last'

const refused = (work: () => unknown) => () => {
  try {
    return work()
  } catch {
    return undefined
  }
}
const secretKey = (length = 32) => createSecretKey(randomBytes(length))
const aes = () => ({ cipher: 'aes-256', secret: secretKey() }) as const

const comparison = (name: string, source: string, make: (isSecond: boolean) => () => unknown): TimingCase => ({
  name,
  source,
  classes: firstOrLast,
  prepare: (isSecond) => refused(make(isSecond)),
})

export function timingCases(kms: Kms, keyring: Keyring): readonly TimingCase[] {
  return [...comparisons(kms, keyring), ...conversions()]
}

function comparisons(kms: Kms, keyring: Keyring): readonly TimingCase[] {
  const [gcm, siv, derived, message] = [aes(), { mac: aes(), encryption: aes() }, secretKey(), randomBytes(64)]
  const ec = generateEcKey(curves['P-256'])
  const chain = chainSeal(randomBytes(32))
  const sm2 = generateSm2Key()
  const sm2Ciphertext = encryptSm2(sm2.publicKey, message)
  const sm2Points = multiplySm2(sm2.exchangeKey, sm2Ciphertext.subarray(0, 65))
  return [
    comparison('signature of a request', 'gateway/openapi/authenticate.ts', (isSecond) => {
      const expected = randomBytes(20).toString('base64')
      const given = Buffer.from(ends(Buffer.from(expected), isSecond)).toString('latin1')
      return () => isSameSignature(given, expected)
    }),
    comparison('security token of a session', 'core/callers/credentials.ts', (isSecond) => {
      const token = randomBytes(32).toString('hex')
      const session = { tokenHash: ends(hashToken(token), isSecond), expiresAt: kms.now() }
      return () => matchesToken(session, token)
    }),
    comparison('VerifyMac', 'crypto/mac.ts', (isSecond) => {
      const key = { hash: 'sha256', secret: secretKey() } as const
      const mac = ends(generateMac(key, message), isSecond)
      return () => verifyMac(key, message, mac)
    }),
    comparison('MAC of a record', 'core/sealing/keyring.ts', (isSecond) => {
      const mac = ends(keyring.recordMac(message), isSecond)
      return () => keyring.isRecordMac(message, mac)
    }),
    comparison('MAC of an audit record', 'server/audit/chain-seal.ts', (isSecond) => {
      const head = message.toString('hex')
      const mac = Buffer.from(ends(Buffer.from(chain.mac(head), 'base64'), isSecond)).toString('base64')
      return () => chain.fits(head, mac)
    }),
    comparison('import token', 'core/key-material/import-token.ts', (isSecond) => {
      const expiresAt = formatTime(secondsLater(kms.now(), importTokenSeconds))
      const body = { accountId: '1', keyId: 'key', wrappingKeySpec: '', wrappingAlgorithm: '', expiresAt }
      const token = Buffer.from(writeImportToken(kms, randomBytes(16).toString('hex'), body), 'base64')
      const altered = Buffer.from(wrongAt(24, -1)(token, isSecond)).toString('base64')
      return () => readImportToken(kms, 'key', altered)
    }),
    comparison('fingerprint of imported material', 'core/key-material/imported-material.ts', (isSecond) => {
      const known = randomBytes(32)
      const [first, now] = [encodeBase64(known), encodeBase64(ends(known, isSecond))]
      return () => requireSameMaterial(first, now)
    }),
    comparison('tag of GCM', 'crypto/block-cipher.ts', (isSecond) => {
      const iv = randomBytes(12)
      const sealed = tagEnds(sealGcm(gcm, iv, message), isSecond)
      return () => openGcm(gcm, iv, sealed)
    }),
    comparison('tag of SIV', 'crypto/siv.ts', (isSecond) => {
      // A tag that is wrong decrypts to something else, of which there is nothing to learn.
      const sealed = tagEnds(sealSiv(siv, [], message), isSecond)
      return () => openSiv(siv, [], sealed)
    }),
    comparison('tag of EAX', 'crypto/eax.ts', (isSecond) => {
      const nonce = randomBytes(16)
      const sealed = tagEnds(sealEax(derived, nonce, message), isSecond)
      return () => openEax(derived, nonce, sealed)
    }),
    comparison('commitment of a sealed record', 'crypto/derived-seal.ts', (isSecond) => {
      const sealed = sealDerived(derived, message, new Uint8Array(0))
      const altered = Buffer.from(sealed)
      altered.set(ends(sealed.subarray(28, 60), isSecond), 28)
      return () => openDerived(derived, altered, new Uint8Array(0))
    }),
    comparison('commitment of an envelope', 'sdk/envelope/keyhaven/header.ts', (isSecond) => {
      const { header, dataKey } = envelope()
      const altered = { ...header, commitment: ends(header.commitment, isSecond) }
      return () => isKeyOf(altered, dataKey)
    }),
    comparison('MAC of an envelope', 'sdk/envelope/keyhaven/header.ts', (isSecond) => {
      const { header, dataKey } = envelope()
      const altered = { ...header, bytes: wrongAt(-32, -1)(header.bytes, isSecond) }
      return () => isKeyOf(altered, dataKey)
    }),
    comparison('MAC of ECIES', 'crypto/ecies.ts', (isSecond) => {
      const encrypted = wrongAt(-20, -1)(encryptEcies(ec.publicKey, message), isSecond)
      return () => decryptEcies(ec, encrypted)
    }),
    comparison('check of an SM2 ciphertext', 'crypto/sm2-encryption.ts', (isSecond) => {
      const ciphertext = Buffer.from(sm2Ciphertext)
      ciphertext.set(ends(ciphertext.subarray(65, 97), isSecond), 65)
      return () => openSm2(() => sm2Points, ciphertext, ['raw'])
    }),
    {
      name: 'padding of OAEP',
      source: 'crypto/rsa-oaep-decoder.ts',
      classes: 'wrong in its first byte, or without a separator',
      prepare(isSecond) {
        const encoded = isSecond ? encodeOaep(false) : encodeOaep(true).with(0, 1)
        return refused(() => decodeOaep(encoded, { hash: 'sha256', mgf1Hash: 'sha1' }))
      },
    },
  ]
}

function envelope(): { header: ParsedHeader; dataKey: Uint8Array } {
  const [suite] = suites.values()
  if (suite === undefined) throw new Error('there is no suite')
  const [dataKey, salt] = [randomBytes(32), randomBytes(saltBytes)]
  const wrappedKeys = [{ name: 'key', keyId: 'key', keyVersionId: 'version', ciphertextBlob: randomBytes(64) }]
  const facts = { suite, chunkBytes: 65_536, salt, encryptionContext: {}, wrappedKeys }
  const { commitment, headerKey } = envelopeKeys({ ...facts, bytes: new Uint8Array(0) } as never, dataKey)
  return { dataKey, header: parseHeader(encodeHeader({ ...facts, commitment }, headerKey, 1)) }
}

const short = (): Uint8Array => {
  const bytes = new Uint8Array(randomBytes(32))
  return bytes.fill(0, 0, 7)
}
const full = (): Uint8Array => {
  const bytes = new Uint8Array(randomBytes(32))
  bytes[0] = 0x7f
  return bytes
}
const scalar = (isSecond: boolean): bigint => toBigInt(isSecond ? full() : short())
const lengths = 'seven zeros in front, or none'

function conversions(): readonly TimingCase[] {
  const curve = curves['P-256']
  const digest = randomBytes(32)
  return [
    {
      name: 'integer to bytes',
      source: 'crypto/big-integer.ts',
      classes: lengths,
      callsPerSample: 4,
      prepare(isSecond) {
        const value = scalar(isSecond)
        return () => toBytes(value, 32)
      },
    },
    {
      name: 'bytes to integer',
      source: 'crypto/big-integer.ts',
      classes: lengths,
      callsPerSample: 4,
      prepare(isSecond) {
        const bytes = isSecond ? full() : short()
        return () => toBigInt(bytes)
      },
    },
    {
      name: 'inverse of a secret number',
      source: 'crypto/big-integer.ts',
      classes: lengths,
      prepare(isSecond) {
        const value = scalar(isSecond)
        return () => invertSecret(value, curve.order, randomBytes)
      },
    },
    {
      name: 'PKCS #8 of an EC key',
      source: 'crypto/ec.ts',
      classes: lengths,
      callsPerSample: 4,
      prepare(isSecond) {
        const value = scalar(isSecond)
        const point = randomBytes(65)
        return () => encodeEcPkcs8(curve, value, point)
      },
    },
    {
      name: 'ECDSA over a digest, by key',
      source: 'crypto/ec.ts',
      classes: lengths,
      prepare(isSecond) {
        const key = new EcPrivateKey(curve, scalar(isSecond))
        return () => signEcdsaDigest(key, digest)
      },
    },
    {
      name: 'ECDSA over a zero digest, by key',
      source: 'crypto/ec.ts',
      classes: lengths,
      prepare(isSecond) {
        const key = new EcPrivateKey(curve, scalar(isSecond))
        return () => signEcdsaDigest(key, new Uint8Array(32))
      },
    },
    {
      name: 'ECDSA verified by the holder, by key',
      source: 'crypto/ec.ts',
      classes: lengths,
      prepare(isSecond) {
        const key = new EcPrivateKey(curve, scalar(isSecond))
        const signature = signEcdsaDigest(key, digest)
        return () => verifyOwnEcdsaDigest(key, digest, signature)
      },
    },
    {
      name: 'Base64 of a data key',
      source: 'crypto/base64.ts',
      classes: 'zeros, or random',
      callsPerSample: 4,
      prepare(isSecond) {
        const bytes = isSecond ? randomBytes(32) : Buffer.alloc(32)
        return () => encodeBase64(bytes)
      },
    },
    {
      name: 'data key from Base64',
      source: 'crypto/base64.ts',
      classes: 'zeros, or random',
      callsPerSample: 4,
      prepare(isSecond) {
        const text = encodeBase64(isSecond ? randomBytes(32) : Buffer.alloc(32))
        return () => decodeBase64(text)
      },
    },
    {
      name: 'imported material of one repeated byte',
      source: 'crypto/import-validation.ts',
      classes: 'different in the second byte, or in the last',
      prepare(isSecond) {
        const bytes = new Uint8Array(32).fill(7)
        bytes[isSecond ? 31 : 1] = 8
        return () => isOneByte(bytes)
      },
    },
  ]
}

/** An encoded message with a separator, or without; SHA-256 over the label and SHA-1 in MGF1, 256 bytes. */
function encodeOaep(hasSeparator: boolean): Uint8Array {
  const [seed, block] = [randomBytes(32), Buffer.alloc(223)]
  block.set(sha256(new Uint8Array(0)))
  if (hasSeparator) block[100] = 1
  const maskedBlock = xor(block, mgf1('sha1', seed, block.length))
  const maskedSeed = xor(seed, mgf1('sha1', maskedBlock, seed.length))
  return Buffer.concat([Buffer.of(0), maskedSeed, maskedBlock])
}
