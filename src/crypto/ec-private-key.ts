import { toBigInt } from './big-integer.ts'
import { DerReader, derTag } from './der.ts'
import { readPkcs8 } from './pkcs8.ts'

const idEcPublicKey = Buffer.from('2a8648ce3d0201', 'hex')
const curveTag = 0xa0
const pointTag = 0xa1

/** A private EC key as read from DER, not yet checked against its curve. */
export interface EncodedEcKey {
  readonly curveOid: Uint8Array
  readonly scalar: bigint
  /** The public point if the structure carries one. */
  readonly point: Uint8Array | undefined
}

/**
 * Reads PKCS #8 of either version holding an ECPrivateKey. The public point may stand in both; then it is the same.
 *
 * @returns undefined if the bytes are not strict DER of that shape
 */
export function readEcPkcs8(der: Uint8Array): EncodedEcKey | undefined {
  const info = readPkcs8(der)
  if (info === undefined) return undefined
  const algorithm = new DerReader(info.algorithm)
  const isEc = isSame(algorithm.read(derTag.objectIdentifier), idEcPublicKey)
  const curveOid = algorithm.read(derTag.objectIdentifier)
  const key = readSec1(info.privateKey)
  if (!isEc || !curveOid || !algorithm.isAtEnd || !key) return undefined
  const isOfCurve = key.curveOid === undefined || isSame(key.curveOid, curveOid)
  const isOnePoint = !key.point || !info.publicKey || isSame(key.point, info.publicKey)
  return isOfCurve && isOnePoint ? { ...key, curveOid, point: key.point ?? info.publicKey } : undefined
}

/** Reads a bare ECPrivateKey (SEC 1 §C.4, RFC 5915), whose curve must be named inside. */
export function readEcSec1(der: Uint8Array): EncodedEcKey | undefined {
  const key = readSec1(der)
  return key?.curveOid ? { ...key, curveOid: key.curveOid } : undefined
}

interface Sec1Key {
  readonly scalar: bigint
  readonly curveOid: Uint8Array | undefined
  readonly point: Uint8Array | undefined
}

function readSec1(der: Uint8Array): Sec1Key | undefined {
  const outer = new DerReader(der)
  const key = new DerReader(outer.read(derTag.sequence) ?? new Uint8Array(0))
  const version = key.readUnsignedInteger()
  const scalar = key.read(derTag.octetString)
  if (!outer.isAtEnd || version?.length !== 1 || version[0] !== 1 || !scalar || scalar.length > 32) return undefined
  const curve = key.read(curveTag)
  const point = key.read(pointTag)
  if (!key.isAtEnd) return undefined
  return {
    scalar: toBigInt(scalar),
    curveOid: curve && new DerReader(curve).read(derTag.objectIdentifier),
    point: point && readBitString(point),
  }
}

function readBitString(der: Uint8Array): Uint8Array | undefined {
  const content = new DerReader(der).read(derTag.bitString)
  return content?.[0] === 0 ? content.subarray(1) : undefined
}

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0
}
