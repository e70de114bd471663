import type { Signer } from '../crypto/signer.ts'
import { SigningError } from './errors.ts'
import { type JwsHeader, objectIn, signJws, type VerifiedJws, type VerifyingKeys, verifyJws } from './jws.ts'

/** RFC 7519 §4.1; times are Unix seconds. */
export interface JwtClaims {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string | readonly string[]
  readonly exp?: number
  readonly nbf?: number
  readonly iat?: number
  readonly jti?: string
  readonly [name: string]: unknown
}

/**
 * Signs claims as a JWT. Claims are taken as they are: give `exp`, or the token is good for ever.
 *
 * @throws SigningError as `signJws`
 */
export const signJwt = (signer: Signer, claims: JwtClaims, header: JwsHeader = {}): Promise<string> =>
  signJws(signer, JSON.stringify(claims), { typ: 'JWT', ...header })

export interface JwtExpectations {
  readonly issuer?: string | undefined
  /** one of the token's audiences has to be this one */
  readonly audience?: string | undefined
  /** the time to judge by; now unless given */
  readonly now?: Date | undefined
  /** how far clocks may differ; 0 unless given */
  readonly toleranceSeconds?: number | undefined
}

export interface VerifiedJwt extends Pick<VerifiedJws, 'header'> {
  readonly claims: JwtClaims
}

/**
 * Verifies a JWT and what it claims: `exp` and `nbf` always, issuer and audience where they are expected.
 *
 * @throws SigningError as `verifyJws`; `document` for a token whose claims are none, or not as expected
 */
export function verifyJwt(token: string, keys: VerifyingKeys, expected: JwtExpectations = {}): VerifiedJwt {
  const { header, payload } = verifyJws(token, keys)
  const claims: JwtClaims | undefined = objectIn(payload)
  if (claims === undefined) throw refused('The token holds no claims.')
  requireTimes(claims, expected)
  if (expected.issuer !== undefined && claims.iss !== expected.issuer) throw refused('The token is of another issuer.')
  const { audience } = expected
  if (audience !== undefined && !audiencesOf(claims).includes(audience))
    throw refused('The token is for another audience.')
  return { header, claims }
}

function requireTimes({ exp, nbf }: JwtClaims, { now = new Date(), toleranceSeconds = 0 }: JwtExpectations): void {
  const seconds = now.getTime() / 1000
  for (const time of [exp, nbf])
    if (time !== undefined && !Number.isFinite(time)) throw refused('A time in the token is no number.')
  // So written that a time or tolerance that is no number refuses the token.
  if (exp !== undefined && !(seconds < exp + toleranceSeconds)) throw refused('The token has expired.')
  if (nbf !== undefined && !(seconds >= nbf - toleranceSeconds)) throw refused('The token is not valid yet.')
}

const audiencesOf = ({ aud }: JwtClaims): readonly unknown[] => (Array.isArray(aud) ? aud : [aud])

const refused = (message: string): SigningError => new SigningError('document', message, { parameter: 'token' })
