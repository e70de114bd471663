import { createECDH } from 'node:crypto'
import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { EcCurve } from './algorithms.ts'
import { invertPublic, modulo, toBigInt, toBytes } from './big-integer.ts'
import { CryptoFailure } from './failure.ts'

type Arithmetic = typeof p256
export type CurvePoint = ReturnType<Arithmetic['Point']['fromBytes']>

/** A 256-bit curve: its group, and how keys on it are written. */
export interface Curve {
  readonly name: EcCurve
  /** The name OpenSSL uses. */
  readonly opensslName: string
  /** Order of the base point, a prime. */
  readonly order: bigint
  /** Point decoding checks that a point is on the curve and is not infinity. */
  readonly arithmetic: Arithmetic
  /** Content bytes of the curve's object identifier. */
  readonly oid: Uint8Array
  /** DER of SubjectPublicKeyInfo up to the 65-byte point. */
  readonly spkiPrefix: Uint8Array
  /** DER of PKCS #8 up to the 32-byte private scalar; then `pkcs8PointPrefix` and the 65-byte point follow. */
  readonly pkcs8Prefix: Uint8Array
}

/** Between scalar and point of an ECPrivateKey: [1] { BIT STRING, no unused bits } (RFC 5915 §3). */
export const pkcs8PointPrefix: Uint8Array = Buffer.from('a144034200', 'hex')

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex')

export const curves: Readonly<Record<EcCurve, Curve>> = {
  'P-256': {
    name: 'P-256',
    opensslName: 'prime256v1',
    order: p256.Point.Fn.ORDER,
    arithmetic: p256,
    oid: hex('2a8648ce3d030107'),
    spkiPrefix: hex('3059301306072a8648ce3d020106082a8648ce3d030107034200'),
    pkcs8Prefix: hex('308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420'),
  },
  secp256k1: {
    name: 'secp256k1',
    opensslName: 'secp256k1',
    order: secp256k1.Point.Fn.ORDER,
    arithmetic: secp256k1,
    oid: hex('2b8104000a'),
    spkiPrefix: hex('3056301006072a8648ce3d020106052b8104000a034200'),
    pkcs8Prefix: hex('308184020100301006072a8648ce3d020106052b8104000a046d306b0201010420'),
  },
}

/**
 * An uncompressed point, 65 bytes starting with 04.
 *
 * @throws CryptoFailure if the bytes are anything else or not on the curve
 */
export function decodePoint(curve: Curve, bytes: Uint8Array): CurvePoint {
  if (bytes.length !== 65 || bytes[0] !== 4) throw new CryptoFailure()
  try {
    return curve.arithmetic.Point.fromBytes(bytes)
  } catch {
    throw new CryptoFailure()
  }
}

/** scalar · G as 65 bytes, computed by OpenSSL; the scalar is in [1, order). */
export function multiplyBase(curve: Curve, scalar: bigint): Uint8Array {
  const ecdh = createECDH(curve.opensslName)
  ecdh.setPrivateKey(toBytes(scalar, 32))
  return ecdh.getPublicKey()
}

/**
 * The sum of two points, 65 bytes each. Takes variable time: for public points only.
 *
 * @returns undefined where both have the same x: a point and itself, or its negative
 */
export function addPoints(curve: Curve, a: Uint8Array, b: Uint8Array): Uint8Array | undefined {
  const prime = curve.arithmetic.Point.Fp.ORDER
  const [xA, yA, xB, yB] = [
    toBigInt(a.subarray(1, 33)),
    toBigInt(a.subarray(33)),
    toBigInt(b.subarray(1, 33)),
    toBigInt(b.subarray(33)),
  ]
  if (xA === xB) return undefined
  const slope = ((yB - yA) * invertPublic(xB - xA, prime)) % prime
  const x = modulo(slope * slope - xA - xB, prime)
  const y = modulo(slope * (xA - x) - yA, prime)
  return Buffer.concat([uncompressed, toBytes(x, 32), toBytes(y, 32)])
}

const uncompressed = Buffer.of(4)
