import { canonicalQuery, type Parameter } from '../../wire/percent.ts'
import { wholeSeconds } from '../../wire/whole-seconds.ts'
import { isPlainObject } from '../codec.ts'
import type { CredentialsProvider } from '../credentials.ts'
import { readAnswer } from '../rpc-answer.ts'
import { checkSource } from '../settings.ts'
import { readText, whyUnreadable } from '../text-file.ts'
import { parseEndpoint } from '../transport.ts'
import { type RoleSession, type StsEndpoint, sessionName, sessionSeconds, stsEndpoint } from './assume-role.ts'
import { askSource, incomplete, temporaryCredentials } from './reading.ts'
import { type RefreshClock, refreshing } from './refreshing.ts'

export interface OidcRoleOptions extends RoleSession {
  /** `acs:ram::<account>:oidc-provider/<name>` */
  readonly oidcProviderArn: string
  /** read again for each session: the platform replaces it from time to time */
  readonly oidcTokenFile: string
  readonly sts?: StsEndpoint | undefined
}

/**
 * Credentials of sessions of a RAM role for who holds a token of an OpenID provider, as pods of ACK do. The call is not
 * signed: the token proves the caller.
 *
 * @throws ClientError `configuration`; the provider also `credentials` for an unreadable token, and what STS answers
 * @see STS API 2015-04-01, AssumeRoleWithOIDC
 */
export function oidcRoleCredentials(options: OidcRoleOptions, clock?: RefreshClock): CredentialsProvider {
  const { sts = {} } = checkSource(options, 'roleArn', 'oidcProviderArn', 'oidcTokenFile')
  const durationSeconds = sessionSeconds(options)
  return refreshing(async () => {
    const form: Parameter[] = [
      ['OIDCProviderArn', options.oidcProviderArn],
      ['OIDCToken', await readToken(options.oidcTokenFile)],
      ['RoleArn', options.roleArn],
      ['RoleSessionName', sessionName(options)],
      ['DurationSeconds', String(durationSeconds)],
    ]
    if (options.policy !== undefined) form.push(['Policy', options.policy])
    const url = parseEndpoint(stsEndpoint(sts))
    url.search = canonicalQuery([
      ['Action', 'AssumeRoleWithOIDC'],
      ['Format', 'JSON'],
      ['Timestamp', wholeSeconds(new Date())],
      ['Version', '2015-04-01'],
    ])
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const { body } = readAnswer(await askSource({ method: 'POST', url, headers, body: canonicalQuery(form) }, sts))
    return temporaryCredentials('AssumeRoleWithOIDC', isPlainObject(body.Credentials) ? body.Credentials : undefined)
  }, clock)
}

async function readToken(path: string): Promise<string> {
  try {
    return (await readText(path)).trim()
  } catch (cause) {
    throw incomplete(path, whyUnreadable(cause), cause)
  }
}
