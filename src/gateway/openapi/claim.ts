import type { KeyObject } from 'node:crypto'
import { KmsError } from '../../core/errors.ts'
import type { SigningSecret } from '../../crypto/signing-secret.ts'
import { acs3CanonicalRequest } from '../../wire/acs3-canonical.ts'
import {
  acs3PayloadDigest,
  acs3SignatureWith,
  acs3StringToSign,
  isAcs3Algorithm,
  parseAcs3Authorization,
} from '../../wire/acs3-signature.ts'
import {
  isRpcSignatureMethod,
  rpcKeyPairMethod,
  rpcSignature,
  rpcStringToSign,
  verifyRpcKeyPair,
} from '../../wire/rpc-signature.ts'
import { type HttpRequest, header } from '../http.ts'
import { sessionToken } from './console-request.ts'
import type { RequestParameters } from './parameters.ts'

export type Scheme = 'V1' | 'ACS3' | 'Console'

/** A page of the console calls: the cookie of its session says who, and needs no signature. Nothing is verified yet. */
export interface ConsoleClaim {
  readonly scheme: 'Console'
  /** what the cookie holds, if there is one */
  readonly token: string | undefined
}

/** Who a request says it is from, and what would prove it. Nothing here is verified yet. */
export interface Claim {
  readonly scheme: Exclude<Scheme, 'Console'>
  readonly accessKeyId: string
  readonly securityToken: string | undefined
  readonly timestamp: string
  readonly nonce: string | undefined
  readonly signature: string
  /** whose key proves it: of an AccessKey the secret, of a ClientKey the public key */
  readonly proof: Proof
  /** text of SignatureDoesNotMatch; holds the values of all parameters */
  explain(): string
  /** the same without values */
  readonly redactedExplanation: string
}

export type Proof =
  /** the signature that the holder of a secret would have sent, in the same encoding */
  | { readonly by: 'AccessKey'; readonly signatureWith: (secret: SigningSecret) => string }
  | { readonly by: 'ClientKey'; readonly isSignedBy: (publicKey: KeyObject) => boolean }

/**
 * Finds out which scheme signs the request, or whether a page of the console sent it, and reads its claim. What is
 * signed is proven by its signature, whatever cookies come along.
 *
 * @param fromConsole - the request was found to be from a page of the console
 * @throws KmsError `MissingAccessKeyId` for an unsigned request, `InvalidSignatureMethod` for a scheme that is not
 * served (bearer token, ACS4), `IncompleteSignature`, `Missing…`
 */
export function readClaim(
  request: HttpRequest,
  parameters: RequestParameters,
  fromConsole = false,
): Claim | ConsoleClaim {
  const authorization = header(request, 'authorization')
  if (authorization !== undefined) return acs3Claim(request, parameters, authorization)
  if (isBearer(request, parameters)) throw new KmsError('InvalidSignatureMethod')
  if (parameters.all.has('Signature')) return rpcClaim(request, parameters)
  if (fromConsole) return { scheme: 'Console', token: sessionToken(request) }
  throw new KmsError(parameters.all.get('AccessKeyId') ? 'IncompleteSignature' : 'MissingAccessKeyId')
}

const isBearer = (request: HttpRequest, { all }: RequestParameters): boolean =>
  all.get('SignatureType') === 'BEARERTOKEN' ||
  header(request, 'x-acs-signature-type') === 'BEARERTOKEN' ||
  request.headers.has('x-acs-bearer-token')

function rpcClaim(request: HttpRequest, { all }: RequestParameters): Claim {
  const method = all.get('SignatureMethod') ?? ''
  const signature = all.get('Signature') || missing('IncompleteSignature')
  const stringToSign = (): string => rpcStringToSign(request.method, all)
  const proof = rpcProof(method, all.get('SignatureType') ?? '', signature, stringToSign)
  if (proof === undefined) throw new KmsError('InvalidSignatureMethod')
  if (all.get('SignatureVersion') !== '1.0') throw new KmsError('IncompleteSignature')
  // The headers x-acs-action and x-acs-version are not covered by this signature.
  if (!all.has('Action')) throw new KmsError('MissingAction')
  if (!all.has('Version')) throw new KmsError('MissingVersion')
  const explanation = 'Specified signature is not matched with our calculation. server string to sign is:'
  return {
    scheme: 'V1',
    accessKeyId: all.get('AccessKeyId') || missing('MissingAccessKeyId'),
    securityToken: all.get('SecurityToken') || undefined,
    timestamp: all.get('Timestamp') || missing('MissingTimestamp'),
    nonce: all.get('SignatureNonce') || undefined,
    signature,
    proof,
    explain: () => `${explanation}${stringToSign()}`,
    redactedExplanation: `${explanation}(not shown)`,
  }
}

/** SignatureType is sent empty by the Python and Go clients; `PRIVATEKEY` goes with the key pair of a ClientKey. */
function rpcProof(method: string, type: string, signature: string, stringToSign: () => string): Proof | undefined {
  if (method === rpcKeyPairMethod && type === 'PRIVATEKEY') {
    return { by: 'ClientKey', isSignedBy: (publicKey) => verifyRpcKeyPair(stringToSign(), signature, publicKey) }
  }
  if (!isRpcSignatureMethod(method) || type !== '') return undefined
  return { by: 'AccessKey', signatureWith: ({ text }) => rpcSignature(text, stringToSign(), method) }
}

/** Without these a signature could be moved to another action, time or request. */
const alwaysSigned = ['x-acs-action', 'x-acs-version', 'x-acs-date', 'x-acs-signature-nonce']

function acs3Claim(request: HttpRequest, parameters: RequestParameters, text: string): Claim {
  if (!text.startsWith('ACS3-HMAC-')) throw new KmsError('InvalidSignatureMethod')
  const authorization = parseAcs3Authorization(text) ?? missing('IncompleteSignature')
  const { algorithm, accessKeyId, signedHeaders, signature } = authorization
  if (!isAcs3Algorithm(algorithm)) throw new KmsError('InvalidSignatureMethod')
  const timestamp = header(request, 'x-acs-date') || missing('MissingTimestamp')
  const nonce = header(request, 'x-acs-signature-nonce') || missing('MissingSignatureNonce')
  if (!coversEnough(request, signedHeaders)) throw new KmsError('IncompleteSignature')
  const canonicalRequest = (): string =>
    acs3CanonicalRequest({
      method: request.method,
      parameters: parameters.query,
      headers: request.headers,
      signedHeaders,
      payloadDigest: acs3PayloadDigest(algorithm, request.body),
    })
  const stringToSign = (): string => acs3StringToSign(algorithm, canonicalRequest())
  const explanation = 'Specified signature does not match our calculation.'
  return {
    scheme: 'ACS3',
    accessKeyId,
    securityToken: header(request, 'x-acs-security-token') || undefined,
    timestamp,
    nonce,
    signature,
    proof: { by: 'AccessKey', signatureWith: (secret) => acs3SignatureWith(secret, algorithm, stringToSign()) },
    explain: () =>
      `${explanation} server StringToSign is [${stringToSign()}] server CanonicalRequest is [${canonicalRequest()}]`,
    // Some clients read what follows a colon.
    redactedExplanation: `${explanation} server StringToSign is: (not shown)`,
  }
}

/**
 * Whether the signature covers what makes the request this one. The digest header has two names; the digest in the
 * canonical request is always computed from the body that arrived. The content type decides whether a body counts;
 * every official client signs the one that it sends.
 */
function coversEnough(request: HttpRequest, signed: readonly string[]): boolean {
  return (
    alwaysSigned.every((name) => signed.includes(name)) &&
    (signed.includes('x-acs-content-sha256') || signed.includes('x-acs-content-sm3')) &&
    (signed.includes('x-acs-security-token') || !request.headers.has('x-acs-security-token')) &&
    (signed.includes('content-type') || !request.headers.has('content-type') || request.body.length === 0)
  )
}

function missing(
  code: 'MissingAccessKeyId' | 'MissingTimestamp' | 'MissingSignatureNonce' | 'IncompleteSignature',
): never {
  throw new KmsError(code)
}
