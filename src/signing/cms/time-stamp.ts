import { randomBytes } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { MessageImprint, TimeStampReq, TimeStampResp } from '@peculiar/asn1-tsp'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import { sha256 } from '../../crypto/hash.ts'
import { Transport, type TransportOptions } from '../../sdk/transport.ts'
import { SigningError } from '../errors.ts'
import { oid } from './oids.ts'
import { verifyTimeStamp } from './verify-time-stamp.ts'

export interface TimeStampOptions extends TransportOptions {
  /** address of the time-stamping authority (RFC 3161 over HTTP) */
  readonly url: string
}

/** What an answer may hold at most; a token with its chain is a few kilobytes. */
const maxTokenBytes = 256 * 1024

/**
 * Asks an authority to confirm that the data existed now, and checks the answer: that it is about these data and this
 * request, and is signed by the certificate it carries.
 *
 * @returns the token, a ContentInfo in DER
 * @throws SigningError `signature`; ClientError where the authority cannot be reached
 */
export async function requestTimeStamp(data: Uint8Array, options: TimeStampOptions): Promise<Uint8Array> {
  const nonce = randomBytes(12)
  nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x40
  const imprint = new MessageImprint({
    hashAlgorithm: new AlgorithmIdentifier({ algorithm: oid.sha256, parameters: null }),
    hashedMessage: new OctetString(sha256(data)),
  })
  const request = new TimeStampReq({ version: 1, messageImprint: imprint, nonce: bufferOf(nonce), certReq: true })
  const answer = await post(new Uint8Array(AsnConvert.serialize(request)), options)
  const token = tokenOf(answer)
  const { nonce: echoed } = verifyTimeStamp(token, data)
  if (echoed === undefined || Buffer.compare(echoed, nonce) !== 0) throw problem('answers another request')
  return token
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

const problem = (what: string, cause?: unknown): SigningError =>
  new SigningError('signature', `The time-stamping authority ${what}.`, { parameter: 'timeStamp', cause })

async function post(body: Uint8Array, { url, ...options }: TimeStampOptions): Promise<Uint8Array> {
  const address = URL.parse(url)
  if (address === null || !/^https?:$/.test(address.protocol)) throw problem('has no valid address')
  const transport = new Transport(new URL(address.origin), options)
  try {
    const answer = await transport.send({
      method: 'POST',
      path: address.pathname + address.search,
      headers: {
        host: transport.host,
        'content-type': 'application/timestamp-query',
        accept: 'application/timestamp-reply',
        ...authorization(address),
      },
      body,
    })
    if (answer.status !== 200) throw problem(`answers with HTTP status ${answer.status}`)
    if (answer.body.length > maxTokenBytes) throw problem('gives an answer that is too long')
    return answer.body
  } finally {
    await transport.close()
  }
}

/** Authorities with accounts take name and password of the address. */
function authorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** RFC 3161 §2.4.2: granted, or granted with modifications. */
function tokenOf(answer: Uint8Array): Uint8Array {
  const response = parsed(answer)
  const { status, timeStampToken } = response
  if (status.status !== 0 && status.status !== 1) {
    const text = status.statusString === undefined ? '' : `: ${String(status.statusString)}`
    throw problem(`refuses (status ${status.status}${text.slice(0, 200)})`)
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
