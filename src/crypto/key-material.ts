import { createPrivateKey, createPublicKey, createSecretKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { EcEntry, HmacEntry, KeySpecEntry, RsaEntry, Sm2Entry, SymmetricEntry } from './algorithms.ts'
import type { BlockKey } from './block-cipher.ts'
import { decodeEcPrivateKey, type EcPrivateKey, encodeEcPkcs8, encodeEcSpki, generateEcKey } from './ec.ts'
import { curves } from './ec-curve.ts'
import { CryptoFailure } from './failure.ts'
import type { MacKey } from './mac.ts'
import { encodePem } from './pem.ts'
import { randomBytes } from './random.ts'
import { RsaPrivateKey } from './rsa-private-key.ts'
import { decodeSm2PrivateKey, encodeSm2Spki, generateSm2Pkcs8InPool, type Sm2PrivateKey } from './sm2-key.ts'

/** Key material ready for use. What can be native memory is (SEC-25). */
export type UsableKey =
  | ({ readonly kind: 'symmetric' } & BlockKey)
  | ({ readonly kind: 'hmac' } & MacKey)
  | { readonly kind: 'rsa'; readonly privateKey: RsaPrivateKey }
  | { readonly kind: 'ec'; readonly privateKey: EcPrivateKey }
  | { readonly kind: 'sm2'; readonly privateKey: Sm2PrivateKey }

/** What the handling of material differs in from kind to kind. */
interface Handling<Entry extends KeySpecEntry> {
  generate(entry: Entry): Promise<Uint8Array>
  load(entry: Entry, material: Uint8Array): UsableKey
}

const generatePair = promisify(generateKeyPair)
const rsaExponent = 65537

const symmetric: Handling<SymmetricEntry> = {
  generate: async (entry) => randomBytes(entry.materialBytes),
  load: (entry, material) => ({
    kind: 'symmetric',
    cipher: entry.cipher,
    secret: createSecretKey(requireLength(entry.materialBytes, material)),
  }),
}

const hmac: Handling<HmacEntry> = {
  generate: async (entry) => randomBytes(entry.materialBytes),
  load: (entry, material) => ({
    kind: 'hmac',
    hash: entry.hash,
    secret: createSecretKey(requireLength(entry.materialBytes, material)),
  }),
}

const rsa: Handling<RsaEntry> = {
  async generate(entry) {
    const { privateKey } = await generatePair('rsa', { modulusLength: entry.bits, publicExponent: rsaExponent })
    return privateKey.export({ format: 'der', type: 'pkcs8' })
  },
  load: (entry, material) => ({ kind: 'rsa', privateKey: new RsaPrivateKey(loadRsa(entry, material)) }),
}

const ec: Handling<EcEntry> = {
  async generate(entry) {
    const { curve, scalar, publicKey } = generateEcKey(curves[entry.curve])
    return encodeEcPkcs8(curve, scalar, publicKey.encodedPoint)
  },
  load: (entry, material) => ({ kind: 'ec', privateKey: decodeEcPrivateKey(curves[entry.curve], material) }),
}

const sm2: Handling<Sm2Entry> = {
  generate: generateSm2Pkcs8InPool,
  load: (_entry, material) => ({ kind: 'sm2', privateKey: decodeSm2PrivateKey(material) }),
}

const handlings = { symmetric, hmac, rsa, ec, sm2 }

const handlingOf = (entry: KeySpecEntry): Handling<KeySpecEntry> => handlings[entry.kind] as Handling<KeySpecEntry>

/**
 * New material of a key spec: raw bytes for symmetric and HMAC keys, PKCS #8 DER otherwise (RSA with e = 65537).
 * RSA and SM2 keys are made on Node's thread pool. The caller erases the result with `fill(0)` once it is sealed.
 */
export function generateKeyMaterial(entry: KeySpecEntry): Promise<Uint8Array> {
  return handlingOf(entry).generate(entry)
}

/**
 * Material as `generateKeyMaterial` or an import gave it, made usable. `material` may be erased afterwards.
 *
 * @throws CryptoFailure if it is not material of this spec
 */
export function loadKeyMaterial(entry: KeySpecEntry, material: Uint8Array): UsableKey {
  return handlingOf(entry).load(entry, material)
}

/**
 * The public half as SubjectPublicKeyInfo, DER.
 *
 * @throws TypeError for a symmetric or HMAC key, which has none
 */
export function publicKeySpki(key: UsableKey): Uint8Array {
  switch (key.kind) {
    case 'rsa':
      return key.privateKey.publicKey.export({ format: 'der', type: 'spki' })
    case 'ec':
      return encodeEcSpki(key.privateKey.publicKey)
    case 'sm2':
      return encodeSm2Spki(key.privateKey.publicKey)
    default:
      throw new TypeError('A symmetric key has no public half')
  }
}

/** The public half as PEM: 64-character lines, a final newline. */
export function publicKeyPem(key: UsableKey): string {
  return encodePem('PUBLIC KEY', publicKeySpki(key))
}

function loadRsa(entry: RsaEntry, material: Uint8Array): KeyObject {
  const key = parseRsa(material)
  const { modulusLength } = createPublicKey(key).asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType !== 'rsa' || modulusLength !== entry.bits) throw new CryptoFailure()
  return key
}

function parseRsa(material: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(material), format: 'der', type: 'pkcs8' })
  } catch {
    throw new CryptoFailure()
  }
}

function requireLength(length: number, material: Uint8Array): Uint8Array {
  if (material.length !== length) throw new CryptoFailure()
  return material
}
