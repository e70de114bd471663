import { createPrivateKey, createPublicKey, diffieHellman, ECDH, type KeyObject } from 'node:crypto'
import { toBigInt, toBytes } from './big-integer.ts'
import { derTag, encodeDer, encodeUnsignedInteger } from './der.ts'
import { pkcs8PointPrefix } from './ec-curve.ts'
import { sm2Parameters } from './sm2-curve.ts'

/*
 * d·C by OpenSSL, in constant time and a tenth of the time that arithmetic in JavaScript takes. Under its name OpenSSL
 * keeps the curve for SM2 alone and agrees on no secrets; a curve that is spelled out is like any other one. What is
 * spelled out exactly as the named curve would be taken for it, so its base point is -G here. Nothing that is computed
 * depends on the base point.
 *
 * A key agreement gives the x of the point. One of two y fits it, and whoever asks finds out which.
 */

const oid = {
  ecPublicKey: Buffer.from('2a8648ce3d0201', 'hex'),
  primeField: Buffer.from('2a8648ce3d0101', 'hex'),
}
const zero = Buffer.of(0)
const one = Buffer.of(1)
const sequence = (...parts: readonly Uint8Array[]): Uint8Array => encodeDer(derTag.sequence, ...parts)
const octets = (bytes: Uint8Array): Uint8Array => encodeDer(derTag.octetString, bytes)
const objectIdentifier = (content: Uint8Array): Uint8Array => encodeDer(derTag.objectIdentifier, content)

/** AlgorithmIdentifier with SpecifiedECDomain (SEC 1 §C.2). */
const algorithm = ((): Uint8Array => {
  const { p, a, b, n, Gx, Gy } = sm2Parameters
  const number = (value: bigint): Uint8Array => toBytes(value, 32)
  const field = sequence(objectIdentifier(oid.primeField), encodeUnsignedInteger(number(p)))
  const base = Buffer.concat([Buffer.of(4), number(Gx), number(p - Gy)])
  const domain = sequence(
    ...[encodeUnsignedInteger(one), field, sequence(octets(number(a)), octets(number(b)))],
    ...[octets(base), encodeUnsignedInteger(number(n)), encodeUnsignedInteger(one)],
  )
  return sequence(objectIdentifier(oid.ecPublicKey), domain)
})()

/** DER of PKCS #8 up to the scalar, and of SubjectPublicKeyInfo up to the point. */
const [pkcs8Prefix, spkiPrefix] = ((): readonly [Uint8Array, Uint8Array] => {
  const [scalar, point] = [new Uint8Array(32), new Uint8Array(65)]
  const sec1 = sequence(encodeUnsignedInteger(one), octets(scalar), pkcs8PointPrefix, point)
  const pkcs8 = sequence(encodeUnsignedInteger(zero), algorithm, octets(sec1))
  const spki = sequence(algorithm, encodeDer(derTag.bitString, zero, point))
  return [pkcs8.subarray(0, -scalar.length - pkcs8PointPrefix.length - point.length), spki.subarray(0, -point.length)]
})()

/**
 * OpenSSL's key for {@link multiplySm2}.
 *
 * @param scalar - d
 * @param encodedPoint - dG, 65 bytes
 * @throws Error where OpenSSL was built to know curves by their names only
 */
export function sm2ExchangeKey(scalar: bigint, encodedPoint: Uint8Array): KeyObject {
  const secret = toBytes(scalar, 32)
  const key = Buffer.concat([pkcs8Prefix, secret, pkcs8PointPrefix, negative(encodedPoint)])
  try {
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  } finally {
    secret.fill(0)
    key.fill(0)
  }
}

/** Whether it is a key as `sm2ExchangeKey` makes them. */
export const isSm2ExchangeKey = (key: KeyObject): boolean => key.asymmetricKeyType === 'ec'

/** The coordinates of a point, 32 bytes each. */
export interface Coordinates {
  readonly x: Uint8Array
  readonly y: Uint8Array
}

/**
 * The two points of which one is d·C.
 *
 * @param encodedPoint - C, 65 bytes beginning with 04
 * @returns nothing if C is no point of the curve
 */
export function multiplySm2(key: KeyObject, encodedPoint: Uint8Array): readonly Coordinates[] {
  const publicKey = peer(encodedPoint)
  if (!publicKey) return []
  const x = diffieHellman({ privateKey: key, publicKey })
  const even = ECDH.convertKey(Buffer.concat([Buffer.of(2), x]), 'SM2', undefined, undefined, 'uncompressed') as Buffer
  return [even, negative(even)].map((point) => ({ x, y: point.subarray(33) }))
}

function peer(encodedPoint: Uint8Array): KeyObject | undefined {
  const spki = Buffer.concat([spkiPrefix, encodedPoint])
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

/** (x, -y) of 65 bytes. */
function negative(point: Uint8Array): Uint8Array {
  return Buffer.concat([point.subarray(0, 33), toBytes(sm2Parameters.p - toBigInt(point.subarray(33)), 32)])
}
