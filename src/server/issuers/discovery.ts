import { type Issuer, IssuerUnavailable } from '../../core/issuer-keys.ts'
import type { Jwk } from '../../crypto/jws.ts'
import { isAllowedHost } from '../../targets/allowed-host.ts'
import { isLoopback } from '../http/listen.ts'
import { type Asking, getJson } from './https-json.ts'
import { keysIn, membersOf } from './key-set.ts'

export interface DiscoveryOptions {
  /** addresses that may be asked, see {@link isAllowedHost} */
  readonly allowedHosts: readonly string[]
  /** CA certificates that are trusted, PEM; those of the system unless given */
  readonly ca?: readonly string[] | undefined
  /** ask issuers on this machine without TLS, too */
  readonly loopbackHttp: boolean
}

/** Of discovery and key set together. */
const timeoutMs = 5000

/**
 * Asks an issuer for its keys: first where they are, then for them. Whoever may make providers names the addresses, so
 * it is the operator who says which ones are meant.
 *
 * @throws IssuerUnavailable
 * @see OpenID Connect Discovery 1.0, 4
 */
export async function discoverKeys({ issuerUrl, fingerprints }: Issuer, options: DiscoveryOptions) {
  const asking: Asking = { ca: options.ca, fingerprints, signal: AbortSignal.timeout(timeoutMs) }
  const get = async (url: URL): Promise<unknown> => {
    requireAllowed(url, options)
    return getJson(url, asking)
  }
  const described = membersOf(await get(new URL(`${issuerUrl.replace(/\/$/, '')}/.well-known/openid-configuration`)))
  if (described.get('issuer') !== issuerUrl) throw new IssuerUnavailable(`${issuerUrl}: it calls itself otherwise`)
  const address = described.get('jwks_uri')
  if (typeof address !== 'string' || !URL.canParse(address)) throw new IssuerUnavailable(`${issuerUrl}: no jwks_uri`)
  const keys: readonly Jwk[] = keysIn(await get(new URL(address)))
  return keys
}

function requireAllowed(url: URL, { allowedHosts, loopbackHttp }: DiscoveryOptions): void {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  if (!isAllowedHost(allowedHosts, host, port))
    throw new IssuerUnavailable(`the setting oidcHosts does not name ${url.host}${url.port === '' ? `:${port}` : ''}`)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopbackHttp && isLoopback(host)))
    throw new IssuerUnavailable(`${url.origin} is not asked without TLS`)
}
