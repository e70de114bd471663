import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { invertSecret, toBigInt, toBytes } from './big-integer.ts'
import { pkcs8PointPrefix } from './ec-curve.ts'
import { readEcPkcs8, readEcSec1 } from './ec-private-key.ts'
import { CryptoFailure } from './failure.ts'
import { randomBytes } from './random.ts'
import {
  decodeSm2Point,
  isSm2PrivateScalar,
  multiplySm2Base,
  type Sm2Point,
  sm2CurveOid,
  sm2Order,
  sm2Pkcs8Prefix,
  sm2Sec1PointPrefix,
  sm2Sec1Prefix,
  sm2SpkiPrefix,
} from './sm2-curve.ts'
import { sm2ExchangeKey } from './sm2-exchange.ts'

// A table (15 ms to make, 1,408 points) makes a verification four times as fast, so a key seen once should not have one.
const usesBeforeTable = 3

/** A public key. The table of multiples that makes verification fast lives and dies with the object. */
export class Sm2PublicKey {
  readonly encodedPoint: Uint8Array
  readonly #point: Sm2Point
  #uses = 0

  /** @throws CryptoFailure if the 65 bytes are not a point of the curve */
  constructor(encodedPoint: Uint8Array) {
    this.#point = decodeSm2Point(encodedPoint)
    this.encodedPoint = Uint8Array.from(encodedPoint)
  }

  /** The point P, with a table behind it once the key has been used a few times. */
  get point(): Sm2Point {
    this.#uses++
    if (this.#uses === usesBeforeTable) this.#point.precompute(6, true)
    return this.#point
  }
}

/** A private key with the values every signature needs. */
export class Sm2PrivateKey {
  readonly scalar: bigint
  /** (1 + d)⁻¹ mod n. */
  readonly inverse: bigint
  readonly publicKey: Sm2PublicKey
  #keyObject: KeyObject | undefined
  #exchangeKey: KeyObject | undefined

  /** @throws RangeError unless the scalar is in [1, n - 2] */
  constructor(scalar: bigint) {
    if (!isSm2PrivateScalar(scalar)) throw new RangeError('The private scalar is out of range')
    this.scalar = scalar
    this.inverse = invertSecret(scalar + 1n, sm2Order, randomBytes)
    this.publicKey = new Sm2PublicKey(multiplySm2Base(scalar))
  }

  /** OpenSSL's form of it. */
  get keyObject(): KeyObject {
    this.#keyObject ??= openedByOpenssl(encodeSm2Pkcs8(this))
    return this.#keyObject
  }

  /** OpenSSL's form of it for `multiplySm2`, or the other one where OpenSSL has none. */
  get exchangeKey(): KeyObject {
    this.#exchangeKey ??= this.#newExchangeKey()
    return this.#exchangeKey
  }

  #newExchangeKey(): KeyObject {
    try {
      return sm2ExchangeKey(this.scalar, this.publicKey.encodedPoint)
    } catch {
      return this.keyObject
    }
  }
}

function openedByOpenssl(encoded: Uint8Array): KeyObject {
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.length)
  try {
    return createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })
  } finally {
    bytes.fill(0)
  }
}

const generatePair = promisify(generateKeyPair)

/** PKCS #8, DER, of a new key that a thread of Node's pool has made; erase after use. */
export async function generateSm2Pkcs8InPool(): Promise<Uint8Array> {
  const { privateKey } = await generatePair('ec', { namedCurve: 'SM2' })
  return privateKey.export({ format: 'der', type: 'pkcs8' })
}

/** Draws a private scalar in [1, n - 2] by rejection, so that every value is equally likely (GB/T 32918.1 §6.1). */
export function generateSm2Key(random: (length: number) => Uint8Array = randomBytes): Sm2PrivateKey {
  for (;;) {
    const candidate = random(32)
    const scalar = toBigInt(candidate)
    candidate.fill(0)
    if (isSm2PrivateScalar(scalar)) return new Sm2PrivateKey(scalar)
  }
}

/** SubjectPublicKeyInfo, DER, 91 bytes. */
export function encodeSm2Spki(key: Sm2PublicKey): Uint8Array {
  return Buffer.concat([sm2SpkiPrefix, key.encodedPoint])
}

/** PKCS #8, DER, as OpenSSL and Node write it; erase after use. */
export function encodeSm2Pkcs8(key: Sm2PrivateKey): Uint8Array {
  return Buffer.concat([sm2Pkcs8Prefix, toBytes(key.scalar, 32), pkcs8PointPrefix, key.publicKey.encodedPoint])
}

/** SEC 1 ECPrivateKey with curve and point, DER; erase after use. */
export function encodeSm2Sec1(key: Sm2PrivateKey): Uint8Array {
  return Buffer.concat([sm2Sec1Prefix, toBytes(key.scalar, 32), sm2Sec1PointPrefix, key.publicKey.encodedPoint])
}

/** @throws CryptoFailure unless the bytes are the SubjectPublicKeyInfo of an SM2 key with an uncompressed point */
export function decodeSm2Spki(der: Uint8Array): Sm2PublicKey {
  const prefix = der.subarray(0, sm2SpkiPrefix.length)
  if (Buffer.compare(prefix, sm2SpkiPrefix) !== 0) throw new CryptoFailure()
  return new Sm2PublicKey(der.subarray(sm2SpkiPrefix.length))
}

/**
 * @param der - PKCS #8 or, failing that, SEC 1
 * @throws CryptoFailure unless it holds an SM2 key in range whose public point, if given, belongs to it
 */
export function decodeSm2PrivateKey(der: Uint8Array): Sm2PrivateKey {
  const encoded = readEcPkcs8(der) ?? readEcSec1(der)
  if (!encoded || Buffer.compare(encoded.curveOid, sm2CurveOid) !== 0) throw new CryptoFailure()
  if (!isSm2PrivateScalar(encoded.scalar)) throw new CryptoFailure()
  const key = new Sm2PrivateKey(encoded.scalar)
  if (encoded.point && Buffer.compare(encoded.point, key.publicKey.encodedPoint) !== 0) throw new CryptoFailure()
  return key
}
