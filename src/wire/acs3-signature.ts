import { createHmac, hash } from 'node:crypto'
import type { SigningSecret } from '../crypto/signing-secret.ts'
import { type Acs3Unsigned, prepareAcs3 } from './acs3-canonical.ts'
import type { SigningCredentials } from './rpc-signature.ts'

/** The ACS3 scheme: method, query, chosen headers and a digest of the body are signed in the Authorization header. */
export type Acs3Algorithm = 'ACS3-HMAC-SHA256' | 'ACS3-HMAC-SM3'

const hashes: ReadonlyMap<string, string> = new Map([
  ['ACS3-HMAC-SHA256', 'sha256'],
  ['ACS3-HMAC-SM3', 'sm3'],
])

export const isAcs3Algorithm = (name: string): name is Acs3Algorithm => hashes.has(name)
const hashOf = (algorithm: Acs3Algorithm): string => hashes.get(algorithm) ?? 'sha256'

/** Digest of the body, lower-case hex; of the empty string when there is none. */
export function acs3PayloadDigest(algorithm: Acs3Algorithm, body: Uint8Array | string): string {
  return hash(hashOf(algorithm), body)
}

export function acs3StringToSign(algorithm: Acs3Algorithm, canonicalRequest: string): string {
  return `${algorithm}\n${hash(hashOf(algorithm), canonicalRequest)}`
}

/** Lower-case hex. The HMAC key is the bare secret. */
export function acs3Signature(algorithm: Acs3Algorithm, accessKeySecret: string, stringToSign: string): string {
  return createHmac(hashOf(algorithm), accessKeySecret).update(stringToSign).digest('hex')
}

/** The same of a secret that is kept for many signatures. */
export const acs3SignatureWith = (secret: SigningSecret, algorithm: Acs3Algorithm, stringToSign: string): string =>
  algorithm === 'ACS3-HMAC-SHA256'
    ? secret.hmacSha256(stringToSign)
    : acs3Signature(algorithm, secret.text, stringToSign)

export interface Acs3Authorization {
  /** as sent; may be one that is not served */
  readonly algorithm: string
  readonly accessKeyId: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

/**
 * Reads `<algorithm> Credential=…,SignedHeaders=…,Signature=…`. Clients differ in the order of the three.
 *
 * @returns undefined if one is missing, repeated, or unknown
 */
export function parseAcs3Authorization(value: string): Acs3Authorization | undefined {
  const space = value.indexOf(' ')
  if (space < 0) return undefined
  const fields = new Map<string, string>()
  for (const part of value.slice(space + 1).split(',')) {
    const equals = part.indexOf('=')
    const name = part.slice(0, equals).trim()
    if (equals < 0 || fields.has(name)) return undefined
    fields.set(name, part.slice(equals + 1).trim())
  }
  const accessKeyId = fields.get('Credential')
  const signedHeaders = fields.get('SignedHeaders')
  const signature = fields.get('Signature')
  if (!accessKeyId || !signedHeaders || !signature || fields.size !== 3) return undefined
  return { algorithm: value.slice(0, space), accessKeyId, signedHeaders: signedHeaders.split(';'), signature }
}

export interface Acs3Request extends Acs3Unsigned {
  readonly body: Uint8Array | string
  readonly credentials: SigningCredentials
  /** ACS3-HMAC-SHA256 unless given */
  readonly algorithm?: Acs3Algorithm
}

/** All headers to send, those of `request.headers` included; names in lower case. */
export function signAcs3(request: Acs3Request): Record<string, string> {
  const algorithm = request.algorithm ?? 'ACS3-HMAC-SHA256'
  const { accessKeyId, accessKeySecret, securityToken } = request.credentials
  const prepared = prepareAcs3(request, acs3PayloadDigest(algorithm, request.body), { accessKeyId, securityToken })
  const signature = acs3Signature(algorithm, accessKeySecret, acs3StringToSign(algorithm, prepared.canonicalRequest))
  return prepared.signedWith(algorithm, signature)
}
