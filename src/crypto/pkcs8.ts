import { DerReader, derTag } from './der.ts'

const attributesTag = 0xa0
const publicKeyTag = 0x81

/** A private key as PKCS #8 carries it, of whatever algorithm. */
export interface PrivateKeyInfo {
  /** content of the AlgorithmIdentifier */
  readonly algorithm: Uint8Array
  readonly privateKey: Uint8Array
  /** the public half of version 2, if it is there; whole bytes */
  readonly publicKey: Uint8Array | undefined
}

/**
 * Reads PrivateKeyInfo (RFC 5208) or its second version OneAsymmetricKey (RFC 5958 §2): strict DER with nothing behind
 * it, version 0 without and version 1 with or without a public key. Attributes mean nothing here.
 *
 * @returns undefined if the bytes are anything else
 */
export function readPkcs8(der: Uint8Array): PrivateKeyInfo | undefined {
  const outer = new DerReader(der)
  const info = new DerReader(outer.read(derTag.sequence) ?? new Uint8Array(0))
  const version = info.readUnsignedInteger()
  const algorithm = info.read(derTag.sequence)
  const privateKey = info.read(derTag.octetString)
  info.read(attributesTag)
  const bits = info.read(publicKeyTag)
  if (!outer.isAtEnd || !info.isAtEnd || !algorithm || !privateKey || version?.length !== 1) return undefined
  const [number = 2] = version
  const isWhole = bits === undefined || (number === 1 && bits[0] === 0)
  return number <= 1 && isWhole ? { algorithm, privateKey, publicKey: bits?.subarray(1) } : undefined
}
