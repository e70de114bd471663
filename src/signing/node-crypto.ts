import { constants, createPublicKey, type KeyObject } from 'node:crypto'
import { joinSignature, splitSignature } from '../crypto/joined-signature.ts'
import { type Digester, digesterFor, isSignatureOf, type SignatureAlgorithm } from '../crypto/public-key.ts'
import type { Signer } from '../crypto/signer.ts'
import { SigningError } from './errors.ts'

/** What `node:crypto` takes beside the key; only what the signer does anyway is allowed. */
export interface NodeSigningOptions {
  /** `der` unless given; `ieee-p1363` is r ‖ s. ECDSA and SM2 only */
  readonly dsaEncoding?: 'der' | 'ieee-p1363' | undefined
  /** `crypto.constants.RSA_PKCS1_PADDING` or `RSA_PKCS1_PSS_PADDING` */
  readonly padding?: number | undefined
  /** of PSS: 32, also as `RSA_PSS_SALTLEN_DIGEST` */
  readonly saltLength?: number | undefined
}

/** `createSign` and `createVerify` of `node:crypto`, but `sign` is asynchronous. */
export interface NodeSign {
  update(bytes: Uint8Array | string): NodeSign
  sign(options?: NodeSigningOptions): Promise<Buffer>
}

export interface NodeVerify {
  update(bytes: Uint8Array | string): NodeVerify
  verify(signature: Uint8Array, options?: NodeSigningOptions): boolean
}

/** The functions of `node:crypto` that sign and verify, with the signer in place of the key. */
export interface NodeCrypto {
  /**
   * @param algorithm - `sha256` or `RSA-SHA256`, `sm3` for SM2; null or undefined is that of the key
   * @throws SigningError `algorithm` for any other algorithm or option than the signer's
   */
  sign(algorithm: string | null | undefined, message: Uint8Array, options?: NodeSigningOptions): Promise<Buffer>
  verify(
    algorithm: string | null | undefined,
    message: Uint8Array,
    signature: Uint8Array,
    options?: NodeSigningOptions,
  ): boolean
  createSign(algorithm: string): NodeSign
  createVerify(algorithm: string): NodeVerify
  /** for functions that take a public key; undefined for SM2, whose signatures `node:crypto` doesn't make as KMS does */
  readonly publicKey: KeyObject | undefined
}

/**
 * A signer for programs written for `node:crypto`: the same calls without the key, and `await`.
 *
 * @example
 * const { sign } = nodeCryptoOf(await heldKey(client, { keyId: 'alias/release' }))
 * const signature = await sign('sha256', message)
 */
export function nodeCryptoOf(signer: Signer): NodeCrypto {
  const begin = (algorithm: string | null | undefined): Digester => {
    requireDigest(signer, algorithm)
    return digesterFor(signer.publicKey)
  }
  const end = async (digest: Uint8Array, options: NodeSigningOptions = {}): Promise<Buffer> => {
    requireOptions(signer, options)
    const signature = await signer.signDigest(digest)
    if (!isJoined(signer, options)) return Buffer.from(signature)
    return Buffer.from(joinSignature(signature) ?? fail('signature', 'The signer gave no signature in DER.'))
  }
  const check = (digest: Uint8Array, signature: Uint8Array, options: NodeSigningOptions = {}): boolean => {
    requireOptions(signer, options)
    const encoded = isJoined(signer, options) ? splitSignature(signature) : signature
    return encoded !== undefined && isSignatureOf(signer.publicKey, signer.algorithm, digest, encoded)
  }
  const whole = (algorithm: string | null | undefined, message: Uint8Array): Uint8Array => {
    const digester = begin(algorithm)
    digester.update(message)
    return digester.digest()
  }
  return {
    sign: async (algorithm, message, options) => end(whole(algorithm, message), options),
    verify: (algorithm, message, signature, options) => check(whole(algorithm, message), signature, options),
    createSign: (algorithm) => {
      const digester = begin(algorithm)
      const self: NodeSign = {
        update: (bytes) => fed(digester, bytes, self),
        sign: async (options) => end(digester.digest(), options),
      }
      return self
    },
    createVerify: (algorithm) => {
      const digester = begin(algorithm)
      const self: NodeVerify = {
        update: (bytes) => fed(digester, bytes, self),
        verify: (signature, options) => check(digester.digest(), signature, options),
      }
      return self
    },
    publicKey: publicKeyObject(signer),
  }
}

function fed<Self>(digester: Digester, bytes: Uint8Array | string, self: Self): Self {
  digester.update(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes)
  return self
}

const publicKeyObject = ({ publicKey: { kind, spki } }: Signer): KeyObject | undefined =>
  kind === 'sm2' ? undefined : createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })

const isJoined = ({ algorithm }: Signer, { dsaEncoding }: NodeSigningOptions): boolean =>
  dsaEncoding === 'ieee-p1363' && !algorithm.startsWith('RSA_')

const digestNames: Readonly<Record<SignatureAlgorithm, readonly string[]>> = {
  RSA_PKCS1_SHA_256: ['sha256', 'rsa-sha256'],
  RSA_PSS_SHA_256: ['sha256', 'rsa-sha256'],
  ECDSA_SHA_256: ['sha256', 'rsa-sha256'],
  SM2DSA: ['sm3'],
}

function requireDigest({ algorithm }: Signer, asked: string | null | undefined): void {
  const known = digestNames[algorithm]
  const isKnown = asked === null || asked === undefined || known.includes(asked.toLowerCase().replace('sha-', 'sha'))
  if (!isKnown) fail('algorithm', `The signer digests with ${known[0]}, not with ${asked}.`, 'algorithm')
}

const saltLengths: readonly (number | undefined)[] = [undefined, 32, constants.RSA_PSS_SALTLEN_DIGEST]

/** `node:crypto` would take RSA_PKCS1_PADDING for granted; here the signer says it. */
function requireOptions({ algorithm }: Signer, { padding, saltLength }: NodeSigningOptions): void {
  const own = algorithm === 'RSA_PSS_SHA_256' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
  if (padding !== undefined && algorithm.startsWith('RSA_') && padding !== own)
    fail('algorithm', `The signer signs with ${algorithm}, whose padding is another one.`, 'padding')
  if (algorithm === 'RSA_PSS_SHA_256' && !saltLengths.includes(saltLength))
    fail('algorithm', 'The salt of RSA_PSS_SHA_256 has 32 bytes.', 'saltLength')
}

function fail(code: 'algorithm' | 'signature', message: string, parameter?: string): never {
  throw new SigningError(code, message, parameter === undefined ? {} : { parameter })
}
