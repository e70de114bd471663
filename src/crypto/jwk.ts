import { createPublicKey } from 'node:crypto'
import { type PublicKey, readPublicKey, type SignatureAlgorithm } from './public-key.ts'

/** The names that JOSE has for our algorithms (RFC 7518 §3.1, RFC 8812 §3.2). SM2 has none. */
export const joseAlgorithms = {
  RS256: 'RSA_PKCS1_SHA_256',
  PS256: 'RSA_PSS_SHA_256',
  ES256: 'ECDSA_SHA_256',
  ES256K: 'ECDSA_SHA_256',
} as const satisfies Readonly<Record<string, SignatureAlgorithm>>
export type JoseAlgorithm = keyof typeof joseAlgorithms

/** A public key in JSON (RFC 7517), members as they stand there. */
export interface Jwk {
  readonly kty: string
  readonly kid?: string
  readonly use?: string
  readonly key_ops?: string[]
  readonly alg?: string
  /** RSA: modulus and exponent, base64url */
  readonly n?: string
  readonly e?: string
  /** EC: `P-256` or `secp256k1`, and the coordinates, base64url of 32 bytes */
  readonly crv?: string
  readonly x?: string
  readonly y?: string
}

/** RFC 7517 §5 */
export interface JwkSet {
  readonly keys: readonly Jwk[]
}

/** The JOSE algorithms of a key, the default first; none for SM2. */
export function joseAlgorithmsOf(key: PublicKey): readonly JoseAlgorithm[] {
  if (key.kind === 'rsa') return ['RS256', 'PS256']
  if (key.kind === 'sm2') return []
  return [key.curve === 'P-256' ? 'ES256' : 'ES256K']
}

/**
 * A key for verifying signatures, as JWK. RSA keys have no `alg`, since they verify RS256 and PS256 alike.
 *
 * @returns undefined for SM2, which JOSE doesn't know
 */
export function publicJwk(key: PublicKey, kid?: string): Jwk | undefined {
  const named = kid === undefined ? {} : { kid }
  if (key.kind === 'sm2') return undefined
  if (key.kind === 'ec') {
    const [x, y] = [key.key.encodedPoint.subarray(1, 33), key.key.encodedPoint.subarray(33)].map(base64url)
    const alg = key.curve === 'P-256' ? 'ES256' : 'ES256K'
    return { kty: 'EC', ...named, use: 'sig', alg, crv: key.curve, x: x ?? '', y: y ?? '' }
  }
  const { n = '', e = '' } = key.key.export({ format: 'jwk' })
  return { kty: 'RSA', ...named, use: 'sig', n, e }
}

const leastRsaBits = 2048

/** Reads a JWK; undefined unless it is an RSA key of 2048 bits at least (RFC 7518 §3.3), or one of our curves. */
export function readJwk(jwk: Jwk): PublicKey | undefined {
  const { kty, n = '', e = '', crv = '', x = '', y = '' } = jwk
  try {
    // Only the members of the public half are handed on.
    const members = kty === 'RSA' ? { kty, n, e } : { kty, crv, x, y }
    const key = readPublicKey(createPublicKey({ key: members, format: 'jwk' }).export({ format: 'der', type: 'spki' }))
    return key?.kind === 'rsa' && key.bits < leastRsaBits ? undefined : key
  } catch {
    return undefined
  }
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
