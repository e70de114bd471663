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
  /** what it is about: a digest, and what it was computed with */
  readonly digest: Uint8Array
  readonly digestName: string
  /** of the authority */
  readonly certificate: CmsCertificate
  /** those that it carries */
  readonly certificates: readonly CmsCertificate[]
}

const wrong = (message: string, cause?: unknown): SigningError =>
  new SigningError('signature', `The time stamp ${message}.`, { cause })

/**
 * Reads a token (RFC 3161 §2.4) and verifies that it is signed by a key that is for nothing but time stamps. What it is
 * about, and trust in the authority, are other matters.
 *
 * @throws SigningError `signature`
 */
export function readTimeStamp(token: Uint8Array): TimeStamp {
  const signed = readSignedData(token)
  const { contentType, content, certificates } = signed
  if (contentType !== oid.timeStampInfo || content === undefined) throw wrong('is none')
  const certificate = verifySignedData(signed, createHash(contentDigestName(signed)).update(content).digest())
  if (!isForTimeStamps(certificate)) throw wrong('is signed by a certificate that is not for time stamps alone')
  const { messageImprint, genTime, nonce } = infoOf(content)
  const digestName = digestNames.get(messageImprint.hashAlgorithm.algorithm)
  if (digestName === undefined) throw wrong('is about a digest that is unknown or too weak')
  return {
    ...{ time: genTime, certificate, certificates, digestName },
    digest: new Uint8Array(messageImprint.hashedMessage.buffer),
    nonce: nonce && withoutSign(new Uint8Array(nonce)),
  }
}

/** @throws SigningError `signature` unless the stamp is about this digest */
export function requireAbout(timeStamp: TimeStamp, digest: Uint8Array): void {
  if (Buffer.compare(timeStamp.digest, digest) !== 0) throw wrong('is about something else')
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
