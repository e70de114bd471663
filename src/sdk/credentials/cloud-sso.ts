import { isPlainObject } from '../codec.ts'
import type { CredentialsProvider } from '../credentials.ts'
import { ClientError } from '../errors.ts'
import { askSource, incomplete, jsonAnswer, temporaryCredentials } from './reading.ts'
import { type RefreshClock, refreshing } from './refreshing.ts'

export interface CloudSsoOptions {
  readonly signInUrl: string
  readonly accountId: string
  readonly accessConfig: string
  readonly accessToken: string
  /** seconds since 1970 */
  readonly accessTokenExpire: number
}

const source = 'CloudSSO'

/** Credentials of a CloudSSO login that the aliyun command line has made. A login that ended has to be made again there. */
export function cloudSsoCredentials(options: CloudSsoOptions, clock?: RefreshClock): CredentialsProvider {
  const { signInUrl, accountId, accessConfig, accessToken, accessTokenExpire } = options
  const origin = URL.parse(signInUrl)
  if (origin === null)
    throw new ClientError('configuration', 'The CloudSSO sign-in URL is not an address.', { parameter: 'signInUrl' })
  return refreshing(async () => {
    if (accessTokenExpire * 1000 <= (clock?.now() ?? Date.now()))
      throw incomplete(source, 'has no valid login; run "aliyun configure --mode CloudSSO"')
    const answer = await askSource({
      method: 'POST',
      url: new URL('/cloud-credentials', origin),
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ AccountId: accountId, AccessConfigurationId: accessConfig }),
    })
    const parsed = jsonAnswer(source, answer)
    return temporaryCredentials(source, isPlainObject(parsed) ? parsed.CloudCredential : undefined)
  }, clock)
}
