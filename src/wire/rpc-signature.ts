import { createHmac, type KeyObject, sign, verify } from 'node:crypto'
import { canonicalQuery, type Parameter, percentEncode } from './percent.ts'
import { wholeSeconds } from './whole-seconds.ts'

/** Signature version 1.0 of the RPC style: an HMAC over every parameter, sent as the parameter `Signature`. */
export type RpcSignatureMethod = 'HMAC-SHA1' | 'HMAC-SHA256'

const hashes: ReadonlyMap<string, string> = new Map([
  ['HMAC-SHA1', 'sha1'],
  ['HMAC-SHA256', 'sha256'],
])

export const isRpcSignatureMethod = (name: string): name is RpcSignatureMethod => hashes.has(name)

/**
 * What is signed: the HTTP method, the path `/`, and all parameters of query string and form together.
 *
 * @param method - upper case, as sent
 * @param parameters - decoded; `Signature` itself is left out
 */
export function rpcStringToSign(method: string, parameters: Iterable<Parameter>): string {
  const signed = [...parameters].filter(([name]) => name !== 'Signature')
  return `${method}&%2F&${percentEncode(canonicalQuery(signed))}`
}

/** The value of `Signature`, Base64. The HMAC key is the secret followed by `&`. */
export function rpcSignature(accessKeySecret: string, stringToSign: string, method: RpcSignatureMethod): string {
  return createHmac(hashes.get(method) ?? 'sha1', `${accessKeySecret}&`)
    .update(stringToSign)
    .digest('base64')
}

export interface RpcRequest {
  /** `GET` or `POST` */
  readonly method: string
  readonly action: string
  readonly version: string
  /** of the operation alone */
  readonly parameters: Iterable<Parameter>
  readonly credentials: SigningCredentials
  readonly date: Date
  /** unique for each request */
  readonly nonce: string
  /** HMAC-SHA1, which every server knows, unless given */
  readonly signatureMethod?: RpcSignatureMethod
}

export interface SigningCredentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** of temporary credentials */
  readonly securityToken?: string | undefined
}

/** All parameters to send, in query or form body: those of the operation, the common ones, and `Signature`. */
export function signRpc(request: RpcRequest): readonly Parameter[] {
  const { accessKeyId, accessKeySecret, securityToken } = request.credentials
  const signatureMethod = request.signatureMethod ?? 'HMAC-SHA1'
  const parameters: Parameter[] = [
    ...request.parameters,
    ['Action', request.action],
    ['Version', request.version],
    ['Format', 'JSON'],
    ['AccessKeyId', accessKeyId],
    ['SignatureMethod', signatureMethod],
    ['SignatureVersion', '1.0'],
    ['SignatureNonce', request.nonce],
    ['Timestamp', wholeSeconds(request.date)],
  ]
  if (securityToken !== undefined) parameters.push(['SecurityToken', securityToken])
  const signature = rpcSignature(accessKeySecret, rpcStringToSign(request.method, parameters), signatureMethod)
  return [...parameters, ['Signature', signature]]
}

/** SignatureMethod of requests that a ClientKey signs; goes with SignatureType `PRIVATEKEY`. */
export const rpcKeyPairMethod = 'SHA256withRSA'

/** RSASSA-PKCS1-v1_5 with SHA-256 over the string to sign, Base64, as the key pair of a ClientKey signs it. */
export const signRpcKeyPair = (stringToSign: string, privateKey: KeyObject): string =>
  sign('sha256', Buffer.from(stringToSign, 'utf8'), privateKey).toString('base64')

/** Whether {@link signRpcKeyPair} made the signature. */
export function verifyRpcKeyPair(stringToSign: string, signature: string, publicKey: KeyObject): boolean {
  if (publicKey.asymmetricKeyType !== 'rsa' || !/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false
  return verify('sha256', Buffer.from(stringToSign, 'utf8'), publicKey, Buffer.from(signature, 'base64'))
}
