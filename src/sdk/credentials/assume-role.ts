import type { CredentialsProvider } from '../credentials.ts'
import { ClientError } from '../errors.ts'
import { checkSource } from '../settings.ts'
import { StsClient } from '../sts-client.ts'
import type { TransportOptions } from '../transport.ts'
import { temporaryCredentials } from './reading.ts'
import { type RefreshClock, refreshing } from './refreshing.ts'

/** Where STS is: `endpoint`, else the real service's in a region, else its central one. */
export interface StsEndpoint extends TransportOptions {
  readonly endpoint?: string | undefined
  readonly regionId?: string | undefined
  /** the region's address inside a VPC */
  readonly isVpc?: boolean | undefined
}

export interface RoleSession {
  /** `acs:ram::<account>:role/<name>` */
  readonly roleArn: string
  /** names the session in audit logs; made up unless given */
  readonly roleSessionName?: string | undefined
  /** 900 or more, 3600 unless given */
  readonly durationSeconds?: number | undefined
  /** policy document that narrows the session */
  readonly policy?: string | undefined
}

export interface AssumeRoleOptions extends RoleSession {
  /** who assumes the role */
  readonly source: CredentialsProvider
  readonly externalId?: string | undefined
  readonly sts?: StsEndpoint | undefined
}

export const stsEndpoint = ({ endpoint, regionId, isVpc }: StsEndpoint): string =>
  endpoint ??
  (regionId === undefined ? 'sts.aliyuncs.com' : `sts${isVpc === true ? '-vpc' : ''}.${regionId}.aliyuncs.com`)

export const sessionName = ({ roleSessionName }: RoleSession): string => roleSessionName ?? `keyhaven-${Date.now()}`

/** @throws ClientError `configuration` */
export function sessionSeconds({ durationSeconds = 3600 }: RoleSession): number {
  if (!(Number.isSafeInteger(durationSeconds) && durationSeconds >= 900))
    throw new ClientError('configuration', 'The durationSeconds of a role session must be 900 or more.', {
      parameter: 'durationSeconds',
    })
  return durationSeconds
}

/**
 * Credentials of sessions of a RAM role, renewed before they end.
 *
 * @throws ClientError `configuration`; the provider passes on what STS answers
 * @see STS API 2015-04-01, AssumeRole
 */
export function assumeRoleCredentials(options: AssumeRoleOptions, clock?: RefreshClock): CredentialsProvider {
  const { source, sts = {}, roleArn, policy, externalId } = checkSource(options, 'source', 'roleArn')
  const durationSeconds = sessionSeconds(options)
  return refreshing(async () => {
    const { regionId: _, ...connection } = sts
    await using client = new StsClient({ ...connection, endpoint: stsEndpoint(sts), credentials: source })
    const { credentials } = await client.assumeRole({
      roleArn,
      roleSessionName: sessionName(options),
      durationSeconds,
      ...(policy === undefined ? {} : { policy }),
      ...(externalId === undefined ? {} : { externalId }),
    })
    return temporaryCredentials('AssumeRole', credentials, codeNames)
  }, clock)
}

const codeNames = {
  accessKeyId: 'accessKeyId',
  accessKeySecret: 'accessKeySecret',
  securityToken: 'securityToken',
  expiration: 'expiration',
}
