import { createECDH } from 'node:crypto'
import { weierstrass } from '@noble/curves/abstract/weierstrass.js'
import { toBytes } from './big-integer.ts'
import { CryptoFailure } from './failure.ts'

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex')

/** The recommended curve of GB/T 32918.5, OID 1.2.156.10197.1.301; the arithmetic is noble's. */
export const sm2Parameters = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
  h: 1n,
}

const Point = weierstrass(sm2Parameters)

export type Sm2Point = InstanceType<typeof Point>

/** Order of the base point. */
export const sm2Order = sm2Parameters.n

/** Arithmetic modulo the order of the base point. */
export const sm2Scalars = Point.Fn

/** G, with a table for fixed-base multiplication that is computed on first use. */
export const sm2Base: Sm2Point = Point.BASE.precompute(8, true)

/** a ‖ b ‖ Gx ‖ Gy, the curve's part of Z. */
export const sm2CurveBytes: Uint8Array = Buffer.concat(
  [sm2Parameters.a, sm2Parameters.b, sm2Parameters.Gx, sm2Parameters.Gy].map((value) =>
    hex(value.toString(16).padStart(64, '0')),
  ),
)

/** The private scalar d needs an inverse of 1 + d, so it is in [1, n - 2] (GB/T 32918.1 §6.1). */
export function isSm2PrivateScalar(scalar: bigint): boolean {
  return scalar >= 1n && scalar <= sm2Order - 2n
}

/**
 * An uncompressed point, 65 bytes starting with 04.
 *
 * @throws CryptoFailure if the bytes are anything else or not on the curve
 */
export function decodeSm2Point(bytes: Uint8Array): Sm2Point {
  if (bytes.length !== 65 || bytes[0] !== 4) throw new CryptoFailure()
  try {
    return Point.fromBytes(bytes)
  } catch {
    throw new CryptoFailure()
  }
}

/** scalar · G as 65 bytes, computed by OpenSSL in constant time; the scalar is in [1, n). */
export function multiplySm2Base(scalar: bigint): Uint8Array {
  const ecdh = createECDH('SM2')
  ecdh.setPrivateKey(toBytes(scalar, 32))
  return ecdh.getPublicKey()
}

/** Content bytes of the curve's OID, 1.2.156.10197.1.301. */
export const sm2CurveOid = hex('2a811ccf5501822d')
/** DER of SubjectPublicKeyInfo up to the 65-byte point. */
export const sm2SpkiPrefix = hex('3059301306072a8648ce3d020106082a811ccf5501822d034200')
/** DER of PKCS #8 up to the 32-byte scalar. */
export const sm2Pkcs8Prefix = hex('308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420')
/** DER of a SEC 1 ECPrivateKey up to the scalar, and between scalar and point: [0] curve, [1] { BIT STRING }. */
export const sm2Sec1Prefix = hex('30770201010420')
export const sm2Sec1PointPrefix = hex('a00a06082a811ccf5501822da144034200')
