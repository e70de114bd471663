import { toBigInt } from './big-integer.ts'
import { DerReader, derTag } from './der.ts'

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
 * Reads PKCS #8 PrivateKeyInfo (RFC 5208, RFC 5958 without a separate public key) holding an ECPrivateKey.
 *
 * @returns undefined if the bytes are not strict DER of that shape
 */
export function readEcPkcs8(der: Uint8Array): EncodedEcKey | undefined {
  const outer = new DerReader(der)
  const info = new DerReader(outer.read(derTag.sequence) ?? new Uint8Array(0))
  if (!outer.isAtEnd || info.readUnsignedInteger()?.every((byte) => byte === 0) !== true) return undefined
  const algorithm = new DerReader(info.read(derTag.sequence) ?? new Uint8Array(0))
  const isEc = isSame(algorithm.read(derTag.objectIdentifier), idEcPublicKey)
  const curveOid = algorithm.read(derTag.objectIdentifier)
  const privateKey = info.read(derTag.octetString)
  // Attributes [0] may follow and mean nothing here.
  if (!isEc || !curveOid || !algorithm.isAtEnd || !privateKey) return undefined
  const key = readSec1(privateKey)
  const isConsistent = key !== undefined && (key.curveOid === undefined || isSame(key.curveOid, curveOid))
  return isConsistent ? { ...key, curveOid } : undefined
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
