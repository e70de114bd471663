import { webcrypto } from 'node:crypto'
import { joinSignature, splitSignature } from '../crypto/joined-signature.ts'
import {
  digestFor,
  isSignatureOf,
  type PublicKey,
  readPublicKey,
  type SignatureAlgorithm,
} from '../crypto/public-key.ts'
import type { Signer } from '../crypto/signer.ts'
import { SigningError } from './errors.ts'

/** A signer in the words of WebCrypto, as `@peculiar/x509` and other programs take them. */
export interface WebCryptoSigner {
  /** has `sign`, `verify`, `exportKey` and `importKey` of `spki`, `digest` and `getRandomValues`; no other operation */
  readonly crypto: webcrypto.Crypto
  /** handles: the private key isn't in them */
  readonly keys: webcrypto.CryptoKeyPair
  /** RSASSA-PKCS1-v1_5, RSA-PSS (salt 32), ECDSA, or `SM2`, which WebCrypto itself doesn't know; digest included */
  readonly signingAlgorithm: SigningAlgorithm
}

export interface SigningAlgorithm {
  readonly name: string
  readonly hash: string
  readonly saltLength?: number
}

const signingAlgorithms: Readonly<Record<SignatureAlgorithm, SigningAlgorithm>> = {
  RSA_PKCS1_SHA_256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  RSA_PSS_SHA_256: { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 },
  ECDSA_SHA_256: { name: 'ECDSA', hash: 'SHA-256' },
  SM2DSA: { name: 'SM2', hash: 'SM3' },
}

/**
 * A signer as a WebCrypto provider with a pair of keys. ECDSA signatures are r ‖ s there, RSA as ever; SM2 ones DER, since
 * WebCrypto has no form for them. Whatever `sign` is asked for that the signer doesn't do is a SigningError `algorithm`.
 *
 * @example
 * const { crypto, keys, signingAlgorithm } = webCryptoOf(signer)
 * await Pkcs10CertificateRequestGenerator.create({ name: 'CN=example.com', keys, signingAlgorithm }, crypto)
 */
export function webCryptoOf(signer: Signer): WebCryptoSigner {
  const signingAlgorithm = signingAlgorithms[signer.algorithm]
  const handles = new WeakMap<object, PublicKey>()
  const handle = (key: PublicKey, type: 'public' | 'private', name: string): webcrypto.CryptoKey => {
    const usages = [type === 'private' ? 'sign' : 'verify'] as const
    const made = { type, extractable: type === 'public', algorithm: keyAlgorithm(key, name), usages }
    handles.set(made, key)
    return made as unknown as webcrypto.CryptoKey
  }
  const privateKey = handle(signer.publicKey, 'private', signingAlgorithm.name)
  const subtle = {
    sign: (algorithm: Asked, key: unknown, message: Input) => {
      if (key !== privateKey) throw refused('key', 'The key to sign with is not the one of the signer.')
      return signedBy(signer, algorithm, bytesOf(message))
    },
    verify: async (algorithm: Asked, key: object, signature: Input, message: Input) =>
      isVerified(known(handles, key), algorithm, bytesOf(signature), bytesOf(message)),
    exportKey: async (format: string, key: object) => {
      requireSpki(format)
      return arrayBuffer(known(handles, key).spki)
    },
    importKey: async (format: string, spki: Input, algorithm: Asked) => {
      requireSpki(format)
      const key = readPublicKey(bytesOf(spki))
      if (key === undefined) throw refused('key', 'The public key is of no kind that signs.')
      return handle(key, 'public', nameIn(algorithm))
    },
    digest: (algorithm: Asked, message: Input) => webcrypto.subtle.digest(nameIn(algorithm), bytesOf(message)),
  }
  const crypto = { subtle, getRandomValues: webcrypto.getRandomValues.bind(webcrypto) }
  const publicKey = handle(signer.publicKey, 'public', signingAlgorithm.name)
  return { crypto: crypto as unknown as webcrypto.Crypto, keys: { privateKey, publicKey }, signingAlgorithm }
}

type Asked = string | { readonly name: string; readonly hash?: unknown; readonly saltLength?: number }
type Input = ArrayBuffer | ArrayBufferView<ArrayBuffer>

async function signedBy(signer: Signer, asked: Asked, message: Uint8Array): Promise<ArrayBuffer> {
  if (algorithmAsked(asked) !== signer.algorithm)
    throw refused('algorithm', `The signer signs with ${signer.algorithm}, not with ${nameIn(asked)} as asked for.`)
  const signature = await signer.sign(message)
  const joined = signer.algorithm === 'ECDSA_SHA_256' ? joinSignature(signature) : signature
  if (joined === undefined) throw refused('signature', 'The signer gave no ECDSA signature in DER.')
  return arrayBuffer(joined)
}

function isVerified(key: PublicKey, asked: Asked, signature: Uint8Array, message: Uint8Array): boolean {
  const algorithm = algorithmAsked(asked)
  if (algorithm === undefined) throw refused('algorithm', `${nameIn(asked)} as asked for is not known here.`)
  const encoded = algorithm === 'ECDSA_SHA_256' ? splitSignature(signature) : signature
  return encoded !== undefined && isSignatureOf(key, algorithm, digestFor(key, message), encoded)
}

/** The algorithm that WebCrypto's words mean, if it is one of ours; another digest or length of salt makes another one. */
function algorithmAsked(asked: Asked): SignatureAlgorithm | undefined {
  const entries = Object.entries(signingAlgorithms) as [SignatureAlgorithm, SigningAlgorithm][]
  const [name, own] = entries.find(([, { name: known }]) => known.toLowerCase() === nameIn(asked).toLowerCase()) ?? []
  if (own === undefined || typeof asked === 'string') return name
  const { hash, saltLength } = asked
  const isOwnHash = hash === undefined || hashName(hash).toUpperCase() === own.hash
  const isOwnSalt = saltLength === undefined || own.saltLength === undefined || saltLength === own.saltLength
  return isOwnHash && isOwnSalt ? name : undefined
}

const hashName = (hash: unknown): string =>
  typeof hash === 'string' ? hash : String((hash as { readonly name?: unknown } | null)?.name)

const nameIn = (asked: Asked): string => (typeof asked === 'string' ? asked : asked.name)

function keyAlgorithm(key: PublicKey, name: string): object {
  if (key.kind === 'sm2') return { name: 'SM2', namedCurve: 'SM2', hash: { name: 'SM3' } }
  if (key.kind === 'ec') return { name: 'ECDSA', namedCurve: key.curve === 'P-256' ? 'P-256' : 'K-256' }
  const publicExponent = Uint8Array.of(1, 0, 1)
  return { name, hash: { name: 'SHA-256' }, modulusLength: key.bits, publicExponent }
}

function known(handles: WeakMap<object, PublicKey>, key: object): PublicKey {
  const found = handles.get(key)
  if (found === undefined) throw refused('key', 'The key is not of this provider.')
  return found
}

function requireSpki(format: string): void {
  if (format !== 'spki') throw refused('key', `Keys are exported and imported as spki only, not as ${format}.`)
}

const bytesOf = (input: Input): Uint8Array<ArrayBuffer> =>
  ArrayBuffer.isView(input) ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength) : new Uint8Array(input)

const arrayBuffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

const refused = (code: 'key' | 'algorithm' | 'signature', message: string): SigningError =>
  new SigningError(code, message, code === 'algorithm' ? { parameter: 'algorithm' } : {})
