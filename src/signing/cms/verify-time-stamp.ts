import { createHash } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import { TSTInfo } from '@peculiar/asn1-tsp'
import { SigningError } from '../errors.ts'
import { type CmsCertificate, isForTimeStamps } from './certificate.ts'
import { digestNames, oid } from './oids.ts'
import { readSignedData } from './read-signed-data.ts'
import { contentDigestName, verifySignedData } from './verify-signed-data.ts'

export interface TimeStamp {
  readonly time: Date
  readonly nonce: Uint8Array | undefined
  /** of the authority */
  readonly certificate: CmsCertificate
  readonly certificates: readonly CmsCertificate[]
}

const wrong = (message: string, cause?: unknown): SigningError =>
  new SigningError('signature', `The time stamp ${message}.`, { cause })

/**
 * Verifies a token (RFC 3161 §2.4): that it is about the data, and signed by a key that is for nothing but time stamps.
 * Trust in the authority is another matter.
 *
 * @throws SigningError `signature`
 */
export function verifyTimeStamp(token: Uint8Array, data: Uint8Array): TimeStamp {
  const signed = readSignedData(token)
  const { contentType, content, certificates } = signed
  if (contentType !== oid.timeStampInfo || content === undefined) throw wrong('is none')
  const certificate = verifySignedData(signed, createHash(contentDigestName(signed)).update(content).digest())
  if (!isForTimeStamps(certificate)) throw wrong('is signed by a certificate that is not for time stamps alone')
  const { messageImprint, genTime, nonce } = infoOf(content)
  const digest = digestNames.get(messageImprint.hashAlgorithm.algorithm)
  const hashed = new Uint8Array(messageImprint.hashedMessage.buffer)
  if (digest === undefined || Buffer.compare(createHash(digest).update(data).digest(), hashed) !== 0)
    throw wrong('is about something else')
  return { time: genTime, nonce: nonce && withoutSign(new Uint8Array(nonce)), certificate, certificates }
}

/** An INTEGER whose first bit is set has a zero in front. */
const withoutSign = (bytes: Uint8Array): Uint8Array => (bytes[0] === 0 ? bytes.subarray(1) : bytes)

function infoOf(content: Uint8Array): TSTInfo {
  try {
    return AsnConvert.parse(content, TSTInfo)
  } catch (cause) {
    throw wrong('cannot be read', cause)
  }
}
