import { hash, type KeyObject, sign, verify } from 'node:crypto'

/** Constants of the instance gateway's protocol. */
export const instanceProtocol = {
  apiVersion: 'dkms-gcs-0.2',
  signatureMethod: 'RSA_PKCS1_SHA_256',
  contentType: 'application/x-protobuf',
  /** three c's: the spelling is on the wire */
  accessKeyIdHeader: 'x-kms-acccesskeyid',
  keyVersionHeader: 'x-kms-migrationkeyversionid',
} as const

/** Digest of a body as the header `content-sha256` carries it: upper-case hex. */
export const bodyDigest = (body: Uint8Array): string => hash('sha256', body).toUpperCase()

/** Whether a header, named in lower case, is part of what is signed. */
export const isInstanceSigned = (name: string): boolean => name.startsWith('x-kms-') || alwaysSigned.includes(name)
const alwaysSigned: readonly string[] = ['content-sha256', 'content-type', 'date']

/**
 * The text that a ClientKey signs: method, body digest, content type and date, each on a line, then every `x-kms-`
 * header in order, then the path.
 *
 * @param headers - names in lower case; a missing one counts as empty
 */
export function instanceStringToSign(method: string, headers: Readonly<Record<string, string | undefined>>): string {
  const kmsHeaders = Object.keys(headers)
    .filter((name) => name.startsWith('x-kms-') && headers[name] !== undefined)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => `${name}:${headers[name]?.trim()}\n`)
  const fixed = [method, headers['content-sha256'] ?? '', headers['content-type'] ?? '', headers.date ?? '']
  return `${fixed.join('\n')}\n${kmsHeaders.join('')}/`
}

/** RSASSA-PKCS1-v1_5 with SHA-256 over the text, Base64. */
export const signInstanceRequest = (stringToSign: string, privateKey: KeyObject): string =>
  sign('sha256', Buffer.from(stringToSign, 'utf8'), privateKey).toString('base64')

/** Whether the signature (Base64) is the ClientKey's over the text. */
export function verifyInstanceRequest(stringToSign: string, signature: string, publicKey: KeyObject): boolean {
  const bytes = Buffer.from(signature, 'base64')
  return verify('sha256', Buffer.from(stringToSign, 'utf8'), publicKey, bytes)
}
