import { createHash, randomBytes } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { MessageImprint, TimeStampReq, TimeStampResp } from '@peculiar/asn1-tsp'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import type { TransportOptions } from '../../sdk/transport.ts'
import { SigningError } from '../errors.ts'
import { exchange } from './exchange.ts'
import { oid } from './oids.ts'
import { readTimeStamp, requireAbout } from './verify-time-stamp.ts'

export interface TimeStampOptions extends TransportOptions {
  /** address of the time-stamping authority (RFC 3161 over HTTP) */
  readonly url: string
  /** NAME:PASSWORD, for authorities with accounts */
  readonly credentials?: string | undefined
}

/** What an answer may hold at most; a token with its chain is a few kilobytes. */
const maxBytes = 256 * 1024
const who = 'The time-stamping authority'

const problem = (what: string, cause?: unknown): SigningError =>
  new SigningError('signature', `${who} ${what}.`, { parameter: 'timeStamp', cause })

/**
 * Asks an authority to confirm that the data existed now, and checks the answer: that it is about these data and this
 * request, and is signed by the certificate it carries.
 *
 * @returns the token, a ContentInfo in DER
 * @throws SigningError `signature`; ClientError where the authority cannot be reached
 */
export async function requestTimeStamp(data: Uint8Array, settings: TimeStampOptions): Promise<Uint8Array> {
  const { url, credentials, ...options } = settings
  const nonce = randomBytes(12)
  nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x40
  const digest = createHash('sha256').update(data).digest()
  const request = { body: requestOver(digest, nonce), contentType: 'application/timestamp-query' }
  const token = tokenOf(await exchange({ who, url, maxBytes, request, credentials }, options))
  const timeStamp = readTimeStamp(token)
  if (timeStamp.digestName !== 'sha256') throw problem('answers with another digest')
  requireAbout(timeStamp, digest)
  if (timeStamp.nonce === undefined || !nonce.equals(timeStamp.nonce)) throw problem('answers another request')
  return token
}

function requestOver(digest: Uint8Array, nonce: Uint8Array): Uint8Array {
  const messageImprint = new MessageImprint({
    hashAlgorithm: new AlgorithmIdentifier({ algorithm: oid.sha256, parameters: null }),
    hashedMessage: new OctetString(digest),
  })
  const request = new TimeStampReq({ version: 1, messageImprint, nonce: Uint8Array.from(nonce).buffer, certReq: true })
  return new Uint8Array(AsnConvert.serialize(request))
}

/** RFC 3161 §2.4.2: granted, or granted with modifications. */
function tokenOf(answer: Uint8Array): Uint8Array {
  const { status, timeStampToken } = parsed(answer)
  const code: number = status.status
  if (code !== 0 && code !== 1) {
    const text = [...(status.statusString ?? [])].join(' ').slice(0, 200)
    throw problem(`refuses (status ${code}${text === '' ? '' : `: ${text}`})`)
  }
  if (timeStampToken === undefined) throw problem('gives no token')
  return new Uint8Array(AsnConvert.serialize(timeStampToken))
}

function parsed(answer: Uint8Array): TimeStampResp {
  try {
    return AsnConvert.parse(answer, TimeStampResp)
  } catch (cause) {
    throw problem('gives an answer that cannot be read', cause)
  }
}
