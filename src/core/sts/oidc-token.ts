import { isJwsAlgorithm, isKeyFor, verifyJws } from '../../crypto/jws.ts'
import type { OidcClaims } from '../access/federation.ts'
import { parseStrictJson } from '../access/strict-json.ts'
import { KmsError } from '../errors.ts'
import { IssuerUnavailable } from '../issuer-keys.ts'
import type { Kms } from '../kms.ts'
import type { OidcProvider } from '../ram/oidc-provider.ts'
import { plainFingerprint } from '../ram/oidc-provider-lists.ts'

/** Clocks of honest issuers may differ from this one by so much. */
const toleranceMs = 60_000

interface Parts {
  readonly algorithm: string
  readonly kid: string | undefined
  readonly payload: ReadonlyMap<string, unknown>
  readonly signed: Uint8Array
  readonly signature: Uint8Array
}

/**
 * Proves a token of an identity provider: signed by a key of it, meant for one of its client ids, and of now. Before the
 * signature is proven, nothing is said about the token but that it is none, or another issuer's.
 *
 * @throws KmsError `AuthenticationFail.OIDCToken.…`: `Invalid`, `IssuerNotMatch`, `InvalidSignature`, `AudienceNotMatch`,
 * `Expired`; what keeps the keys of the issuer away: `IssuerConfigurationBroken`, `HttpsUrlInvalid`,
 * `PublicKeyFingerprintMismatch`
 * @see OpenID Connect Core 1.0, 3.1.3.7; RFC 8725
 */
export async function verifyOidcToken(kms: Kms, provider: OidcProvider, token: string): Promise<OidcClaims> {
  const parts = split(token)
  if (parts.payload.get('iss') !== provider.issuerUrl) throw new KmsError('AuthenticationFail.OIDCToken.IssuerNotMatch')
  if (!(await isGenuine(kms, provider, parts))) throw new KmsError('AuthenticationFail.OIDCToken.InvalidSignature')
  const claims = readClaims(parts.payload, provider.issuerUrl)
  if (!claims.audiences.some((audience) => provider.clientIds.includes(audience)))
    throw new KmsError('AuthenticationFail.OIDCToken.AudienceNotMatch')
  checkTime(kms.now().getTime(), claims, parts.payload, provider)
  return claims
}

function split(token: string): Parts {
  // Official clients send the file of a token as it is, with a line end where a shell has written one.
  const [header = '', payload = '', signature = '', ...more] = token.trim().split('.')
  if (more.length > 0 || signature === '') throw invalid('it has not the form of a signed JWT')
  const head = jsonObject(header)
  const [algorithm, kid] = [head.get('alg'), head.get('kid')]
  if (typeof algorithm !== 'string' || !isJwsAlgorithm(algorithm)) throw invalid('its algorithm is not accepted')
  // What has to be understood and is not (RFC 7515, 4.1.11).
  if (head.has('crit')) throw invalid('its header asks for an extension')
  if (kid !== undefined && typeof kid !== 'string') throw invalid('its key id is no text')
  return {
    ...{ algorithm, kid, payload: jsonObject(payload), signature: decoded(signature) },
    signed: Buffer.from(`${header}.${payload}`, 'ascii'),
  }
}

function decoded(part: string): Uint8Array {
  const bytes = Buffer.from(part, 'base64url')
  if (bytes.toString('base64url') !== part) throw invalid('it has not the form of a signed JWT')
  return bytes
}

/** A member that is given twice means one thing here and another thing elsewhere. */
function jsonObject(part: string): ReadonlyMap<string, unknown> {
  const text = Buffer.from(decoded(part)).toString('utf8')
  try {
    const value = parseStrictJson(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return new Map(Object.entries(value))
  } catch {
    // refused below
  }
  throw invalid('it has not the form of a signed JWT')
}

async function isGenuine(kms: Kms, provider: OidcProvider, parts: Parts): Promise<boolean> {
  const { algorithm, kid, signed, signature } = parts
  const keys = (await keysOf(kms, provider, kid)).filter(
    (key) => isKeyFor(algorithm, key) && (kid === undefined || key.kid === kid),
  )
  // Without a name there is nothing to choose by, and trying many keys is work for nothing.
  if (kid === undefined && keys.length > 4) return false
  return keys.some((key) => verifyJws(algorithm, key, signed, signature))
}

async function keysOf({ issuerKeys }: Kms, { issuerUrl, fingerprints }: OidcProvider, kid: string | undefined) {
  try {
    if (issuerKeys === undefined) throw new IssuerUnavailable('this server asks no issuers')
    return await issuerKeys.keysOf({ issuerUrl, fingerprints: fingerprints.map(plainFingerprint) }, kid)
  } catch (cause) {
    if (cause instanceof IssuerUnavailable) throw new KmsError(faults[cause.fault], { cause })
    throw cause
  }
}

const faults = {
  unreachable: 'AuthenticationFail.OIDCToken.IssuerConfigurationBroken',
  untrusted: 'AuthenticationFail.OIDCToken.HttpsUrlInvalid',
  fingerprint: 'AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch',
} as const

function readClaims(payload: ReadonlyMap<string, unknown>, issuer: string): OidcClaims {
  const [subject, audience] = [payload.get('sub'), payload.get('aud')]
  const audiences: readonly unknown[] = Array.isArray(audience) ? audience : [audience]
  if (typeof subject !== 'string' || !isName(subject)) throw invalid('it names no subject')
  if (!audiences.every((one) => typeof one === 'string')) throw invalid('it names no audience')
  return {
    ...{ issuer, subject, audiences },
    issuedAt: timeClaim(payload, 'iat'),
    expiresAt: timeClaim(payload, 'exp'),
  }
}

/** What goes into logs and answers as it is: of a bounded length, without control characters and halves of a pair. */
const isName = (text: string): boolean =>
  text !== '' && text.length <= 512 && !/\p{Cc}/u.test(text) && text.isWellFormed()

/** Seconds since 1970. */
function timeClaim(payload: ReadonlyMap<string, unknown>, name: string): Date {
  const value = payload.get(name)
  if (typeof value === 'number' && value > 0 && value < 1e11) return new Date(value * 1000)
  throw invalid(`its claim ${name} is no time`)
}

function checkTime(now: number, claims: OidcClaims, payload: ReadonlyMap<string, unknown>, provider: OidcProvider) {
  if (claims.expiresAt.getTime() + toleranceMs <= now) throw new KmsError('AuthenticationFail.OIDCToken.Expired')
  if (payload.has('nbf') && timeClaim(payload, 'nbf').getTime() - toleranceMs > now)
    throw invalid('it is not valid yet')
  const issuedAt = claims.issuedAt.getTime()
  if (issuedAt - toleranceMs > now) throw invalid('it was issued in the future')
  if (issuedAt + provider.issuanceLimitHours * 3600_000 + toleranceMs < now)
    throw invalid('it was issued longer ago than the IssuanceLimitTime of the provider')
}

const invalid = (why: string): KmsError =>
  new KmsError('AuthenticationFail.OIDCToken.Invalid', { message: `The OIDC token is refused: ${why}.` })
