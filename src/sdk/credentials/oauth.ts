import { canonicalQuery } from '../../wire/percent.ts'
import { isPlainObject } from '../codec.ts'
import type { CredentialsProvider } from '../credentials.ts'
import { ClientError } from '../errors.ts'
import { askSource, incomplete, jsonAnswer, temporaryCredentials } from './reading.ts'
import { type RefreshClock, refreshing } from './refreshing.ts'

export interface OAuthLogin {
  readonly refreshToken: string
  readonly accessToken: string
  /** seconds since 1970 */
  readonly accessTokenExpire: number
}

export interface OAuthOptions {
  readonly login: OAuthLogin
  readonly site: OAuthSite
  /** keeps a renewed login for the next program: a refresh token may be good for one use only */
  readonly save: (login: OAuthLogin) => Promise<void>
}

export interface OAuthSite {
  readonly url: string
  /** the public id of the aliyun command line there */
  readonly clientId: string
}

const sites: ReadonlyMap<string, OAuthSite> = new Map([
  ['CN', { url: 'https://oauth.aliyun.com', clientId: '4038181954557748008' }],
  ['INTL', { url: 'https://oauth.alibabacloud.com', clientId: '4103531455503354461' }],
])

/** @throws ClientError `configuration` for another name than CN and INTL */
export function oauthSite(name: string): OAuthSite {
  const site = sites.get(name.toUpperCase())
  if (site !== undefined) return site
  throw new ClientError('configuration', 'The OAuth site type must be CN or INTL.', { parameter: 'oauth_site_type' })
}

const source = 'OAuth'
/** An access token that ends sooner than this is renewed first, in seconds. */
const leastSeconds = 1200

/** Credentials of an OAuth login that the aliyun command line has made. */
export function oauthCredentials(options: OAuthOptions, clock?: RefreshClock): CredentialsProvider {
  const { site, save } = options
  let { login } = options
  return refreshing(async () => {
    const nowSeconds = Math.floor((clock?.now() ?? Date.now()) / 1000)
    if (login.accessTokenExpire - nowSeconds <= leastSeconds) {
      login = await renewedLogin(site, login, nowSeconds)
      // a login that cannot be kept still serves this program; the next one is told to log in again
      await save(login).catch(() => {})
    }
    const answer = await askSource({
      method: 'POST',
      url: new URL('/v1/exchange', site.url),
      headers: { authorization: `Bearer ${login.accessToken}`, 'content-type': 'application/json' },
    })
    return temporaryCredentials(source, jsonAnswer(source, answer), exchangeNames)
  }, clock)
}

const exchangeNames = {
  accessKeyId: 'accessKeyId',
  accessKeySecret: 'accessKeySecret',
  securityToken: 'securityToken',
  expiration: 'expiration',
}

async function renewedLogin(site: OAuthSite, login: OAuthLogin, nowSeconds: number): Promise<OAuthLogin> {
  const answer = await askSource({
    method: 'POST',
    url: new URL('/v1/token', site.url),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: canonicalQuery([
      ['client_id', site.clientId],
      ['grant_type', 'refresh_token'],
      ['refresh_token', login.refreshToken],
    ]),
  })
  const parsed = jsonAnswer(source, answer)
  const member = (name: string): unknown => (isPlainObject(parsed) ? parsed[name] : undefined)
  const accessToken = member('access_token')
  const refreshToken = member('refresh_token')
  const lifetime = member('expires_in')
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string')
    throw incomplete(source, 'did not renew the login; run "aliyun configure --mode OAuth"')
  return { accessToken, refreshToken, accessTokenExpire: nowSeconds + (typeof lifetime === 'number' ? lifetime : 3600) }
}
