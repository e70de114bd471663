import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto'

/** One key of a key set (RFC 7517): nothing in it is checked yet. */
export type Jwk = Readonly<Record<string, unknown>>

/** How one signature algorithm of JOSE is verified. */
interface Algorithm {
  readonly hash: 'sha256' | 'sha384' | 'sha512'
  /** of an RSA key */
  readonly padding?: number
  /** of an EC key */
  readonly curve?: 'P-256' | 'P-384'
}

const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_DIGEST } = constants

/**
 * Signatures with public keys only: a MAC would be verified with a key that everybody knows, and `none` not at all.
 * @see RFC 7518, 3.1
 */
const algorithms: ReadonlyMap<string, Algorithm> = new Map<string, Algorithm>([
  ['RS256', { hash: 'sha256', padding: RSA_PKCS1_PADDING }],
  ['RS384', { hash: 'sha384', padding: RSA_PKCS1_PADDING }],
  ['RS512', { hash: 'sha512', padding: RSA_PKCS1_PADDING }],
  ['PS256', { hash: 'sha256', padding: RSA_PKCS1_PSS_PADDING }],
  ['ES256', { hash: 'sha256', curve: 'P-256' }],
  ['ES384', { hash: 'sha384', curve: 'P-384' }],
])

export const isJwsAlgorithm = (name: string): boolean => algorithms.has(name)

/** Shorter moduli are broken, longer ones are there to keep a server busy. */
const modulusBits = { least: 2048, most: 8192 }

/** Whether a key of a key set is one for this algorithm, by what it says of itself (RFC 7517, 4). */
export function isKeyFor(algorithm: string, key: Jwk): boolean {
  const { curve } = algorithms.get(algorithm) ?? {}
  const isForSignatures = key.use === undefined || key.use === 'sig'
  const operations: unknown = key.key_ops
  const mayVerify = operations === undefined || (Array.isArray(operations) && operations.includes('verify'))
  const isSameKind = curve === undefined ? key.kty === 'RSA' : key.kty === 'EC' && key.crv === curve
  return isForSignatures && mayVerify && isSameKind && (key.alg === undefined || key.alg === algorithm)
}

/**
 * Whether a signature in the form of JWS is one by this key.
 *
 * @param algorithm - `RS256`, `RS384`, `RS512`, `PS256`, `ES256`, `ES384`; every other name verifies nothing
 * @param signed - `<header>.<payload>` as ASCII
 */
export function verifyJws(algorithm: string, jwk: Jwk, signed: Uint8Array, signature: Uint8Array): boolean {
  const found = algorithms.get(algorithm)
  if (found === undefined || !isKeyFor(algorithm, jwk)) return false
  const { hash, padding } = found
  const key = publicKeyOf(jwk)
  if (key === undefined) return false
  if (padding === undefined) return verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, signature)
  const how = { key, padding, ...(padding === RSA_PKCS1_PSS_PADDING ? { saltLength: RSA_PSS_SALTLEN_DIGEST } : {}) }
  return hasSoundModulus(key) && verify(hash, signed, how, signature)
}

/** Of the public members alone, so that a private key in a key set is used as what it was meant for. */
function publicKeyOf({ kty, n, e, crv, x, y }: Jwk): KeyObject | undefined {
  const key = Object.fromEntries(Object.entries({ kty, n, e, crv, x, y }).filter(([, value]) => value !== undefined))
  try {
    return createPublicKey({ key, format: 'jwk' })
  } catch {
    return undefined
  }
}

function hasSoundModulus({ asymmetricKeyDetails }: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {}
  const { least, most } = modulusBits
  return modulusLength >= least && modulusLength <= most && publicExponent >= 3n && publicExponent < 2n ** 33n
}
