import { joinSignature, splitSignature } from '../crypto/joined-signature.ts'
import { type JoseAlgorithm, type Jwk, type JwkSet, joseAlgorithms, joseAlgorithmsOf, readJwk } from '../crypto/jwk.ts'
import { digestFor, isSignatureOf, type PublicKey, type SignatureAlgorithm } from '../crypto/public-key.ts'
import type { Signer } from '../crypto/signer.ts'
import { SigningError } from './errors.ts'
import { kidOf } from './kid.ts'
import { type PublicKeyInput, publicKeyFrom } from './local.ts'

/** Members of a protected header beside `alg`, which the signer decides. */
export interface JwsHeader {
  /** key id and version unless given; `undefined` leaves it out */
  readonly kid?: string | undefined
  readonly typ?: string | undefined
  readonly cty?: string | undefined
  readonly [name: string]: unknown
}

/** What a verified token says. */
export interface VerifiedJws {
  readonly header: Readonly<Record<string, unknown>> & { readonly alg: JoseAlgorithm }
  readonly payload: Uint8Array
}

/** Keys to verify with: a set as `jwks.json` holds it, or a single key. */
export type VerifyingKeys = JwkSet | PublicKeyInput

/**
 * Signs a JWS in the compact form (RFC 7515 §7.1): RS256, PS256, ES256 or ES256K, by the signer's algorithm.
 *
 * @throws SigningError `algorithm` for SM2, which JOSE doesn't know, and for an `alg` of its own in the header;
 * `document` for a header with `crit` or `b64`
 */
export async function signJws(signer: Signer, payload: Uint8Array | string, header: JwsHeader = {}): Promise<string> {
  const alg = algorithmOf(signer)
  if ('alg' in header && header.alg !== alg) throw refused('algorithm', `The signer signs ${alg}, not ${header.alg}.`)
  if ('crit' in header || 'b64' in header)
    throw refused('document', 'Headers with "crit" or "b64" are not supported.', 'header')
  const kid = 'kid' in header ? header.kid : kidOf(signer)
  const signed = `${encoded(JSON.stringify({ ...header, alg, kid }))}.${encoded(payload)}`
  const signature = await signer.sign(Buffer.from(signed, 'ascii'))
  const joined = signer.algorithm === 'ECDSA_SHA_256' ? joinSignature(signature) : signature
  if (joined === undefined) throw refused('signature', 'The signer gave no ECDSA signature in DER.')
  return `${signed}.${encoded(joined)}`
}

/**
 * Verifies a JWS in the compact form, whoever signed it. A token that names a key is verified with that key of the set
 * only, and under no other algorithm than one of the key's own.
 *
 * @throws SigningError `document` for what is no such token; `key` if no key is meant by it; `algorithm` for an algorithm
 * that isn't the key's; `signature` for a wrong signature
 */
export function verifyJws(token: string, keys: VerifyingKeys): VerifiedJws {
  const { header, payload, signature, signed } = parts(token)
  const alg = header.alg
  if (!isJoseAlgorithm(alg)) throw refused('algorithm', `The algorithm ${String(alg)} of the token is not supported.`)
  const candidates = candidateKeys(keys, header.kid)
  const fitting = candidates.filter((candidate) => isFor(candidate, alg)).map(({ key }) => key)
  if (candidates.length === 0) throw refused('key', 'The token names a key that is not among those given.')
  if (fitting.length === 0) throw refused('algorithm', `The key is not for ${alg}, which the token names.`)
  const name: SignatureAlgorithm = joseAlgorithms[alg]
  const bytes = name === 'ECDSA_SHA_256' ? splitSignature(signature) : signature
  const isRight = fitting.some((key) => bytes && isSignatureOf(key, name, digestFor(key, signed), bytes))
  if (!isRight) throw refused('signature', 'The signature of the token is wrong.')
  return { header: { ...header, alg }, payload }
}

/** @throws SigningError `algorithm` */
function algorithmOf({ publicKey, algorithm }: Signer): JoseAlgorithm {
  const found = joseAlgorithmsOf(publicKey).find((name) => joseAlgorithms[name] === algorithm)
  if (found === undefined) throw refused('algorithm', `JOSE has no name for ${algorithm}.`)
  return found
}

const isJoseAlgorithm = (alg: unknown): alg is JoseAlgorithm =>
  typeof alg === 'string' && Object.hasOwn(joseAlgorithms, alg)

interface Candidate {
  readonly key: PublicKey
  /** the only algorithm it is for, where its owner says so (RFC 7517 §4.4) */
  readonly alg?: unknown
}

function candidateKeys(keys: VerifyingKeys, kid: unknown): readonly Candidate[] {
  if (!isJwkSet(keys)) return [{ key: publicKeyFrom(keys) }]
  const meant = keys.keys.filter((jwk) => (kid === undefined || jwk.kid === kid) && isForSignatures(jwk))
  return meant.flatMap((jwk) => {
    const key = readJwk(jwk)
    return key === undefined ? [] : [{ key, alg: jwk.alg }]
  })
}

/** RFC 7518 §3.3 wants RSA of 2048 bits at least. */
const isFor = ({ key, alg: only }: Candidate, alg: JoseAlgorithm): boolean =>
  joseAlgorithmsOf(key).includes(alg) &&
  (only === undefined || only === alg) &&
  !(key.kind === 'rsa' && key.bits < 2048)

const isJwkSet = (keys: VerifyingKeys): keys is JwkSet =>
  typeof keys === 'object' && 'keys' in keys && Array.isArray(keys.keys)

const isForSignatures = ({ use, key_ops: operations }: Jwk): boolean =>
  (use === undefined || use === 'sig') &&
  (operations === undefined || (Array.isArray(operations) && operations.includes('verify')))

interface Parts extends Omit<VerifiedJws, 'header'> {
  readonly header: Readonly<Record<string, unknown>>
  readonly signature: Uint8Array
  /** what is signed: header and payload as they stand in the token */
  readonly signed: Uint8Array
}

function parts(token: string): Parts {
  const [head = '', body = '', tail = '', ...more] = typeof token === 'string' ? token.trim().split('.') : []
  const [header, payload, signature] = [head, body, tail].map(decoded)
  const parsed = header && objectIn(header)
  if (more.length > 0 || !parsed || !payload || !signature || signature.length === 0)
    throw refused('document', 'This is no JWS in the compact form.', 'token')
  if ('crit' in parsed || 'b64' in parsed)
    throw refused('document', 'The token has a header that is not understood and must be.', 'token')
  return { header: parsed, payload, signature, signed: Buffer.from(`${head}.${body}`, 'ascii') }
}

/** @returns undefined unless it is JSON of an object */
export function objectIn(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

const encoded = (content: Uint8Array | string): string => Buffer.from(content as string).toString('base64url')

function decoded(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? Uint8Array.from(bytes) : undefined
}

const refused = (code: ConstructorParameters<typeof SigningError>[0], message: string, parameter?: string) =>
  new SigningError(code, message, parameter === undefined ? {} : { parameter })
