import { prepareAcs3 } from '../../wire/acs3-canonical.ts'

/** A secret as the browser's cryptography keeps it: it can sign, and be shown to nobody, not even to this page. */
export interface SigningKey {
  readonly accessKeyId: string
  readonly securityToken?: string | undefined
  readonly key: CryptoKey
}

const utf8 = new TextEncoder()
const algorithm = 'ACS3-HMAC-SHA256'

export async function signingKey(
  accessKeyId: string,
  accessKeySecret: string,
  securityToken: string | undefined,
): Promise<SigningKey> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', utf8.encode(accessKeySecret), hmac, false, ['sign'])
  return { accessKeyId, securityToken, key }
}

export interface EmptyRequest {
  readonly host: string
  readonly action: string
  readonly version: string
  readonly contentType: string
  readonly date: Date
  /** unique for each request */
  readonly nonce: string
}

/** The headers of a POST without parameters. `host` is signed, and sent by the browser itself. */
export async function signedRequest(
  { accessKeyId, securityToken, key }: SigningKey,
  { contentType, ...request }: EmptyRequest,
): Promise<Record<string, string>> {
  const prepared = prepareAcs3(
    { ...request, method: 'POST', query: [], headers: { 'content-type': contentType } },
    await digest(''),
    { accessKeyId, securityToken },
  )
  const stringToSign = `${algorithm}\n${await digest(prepared.canonicalRequest)}`
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8.encode(stringToSign))).toHex()
  const { host: _, ...headers } = prepared.signedWith(algorithm, signature)
  return headers
}

const digest = async (text: string): Promise<string> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(text))).toHex()
