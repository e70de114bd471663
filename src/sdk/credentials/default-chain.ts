import { homedir } from 'node:os'
import { join } from 'node:path'
import type { CredentialsProvider } from '../credentials.ts'
import { ClientError } from '../errors.ts'
import { checkSettings } from '../settings.ts'
import type { StsEndpoint } from './assume-role.ts'
import { cliProfileCredentials } from './cli-profile.ts'
import { fileCredentials } from './credentials-file.ts'
import { ecsRoleCredentials } from './ecs-role.ts'
import { oidcRoleCredentials } from './oidc-role.ts'
import { uriCredentials } from './uri.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface DefaultCredentialsOptions {
  /** the process's own unless given */
  readonly env?: Environment | undefined
  /** the user's unless given */
  readonly home?: string | undefined
  /** of the ECS metadata service; the real one's unless given */
  readonly metadataEndpoint?: string | undefined
  /** where OIDC role and aliyun profile open sessions; a server of Keyhaven is its own STS, the real one's unless given */
  readonly sts?: StsEndpoint | undefined
}

/** A source, if the environment says that it is meant. */
type Source = (env: Environment, home: string, options: DefaultCredentialsOptions) => CredentialsProvider | undefined

const sources: readonly (readonly [name: string, source: Source])[] = [
  ['environment', (env) => environmentCredentials(env)],
  ['OIDC role', oidcFromEnvironment],
  [
    'aliyun profile',
    (env, home, { sts }) =>
      isOn(env.ALIBABA_CLOUD_CLI_PROFILE_DISABLED)
        ? undefined
        : cliProfileCredentials({
            path: join(home, '.aliyun/config.json'),
            name: env.ALIBABA_CLOUD_PROFILE || undefined,
            sts,
          }),
  ],
  [
    'credentials file',
    (env, home) =>
      fileCredentials({
        path: env.ALIBABA_CLOUD_CREDENTIALS_FILE || join(home, '.alibabacloud/credentials'),
        section: env.ALIBABA_CLOUD_PROFILE || undefined,
      }),
  ],
  ['ECS role', ecsFromEnvironment],
  [
    'credentials URI',
    (env) => (env.ALIBABA_CLOUD_CREDENTIALS_URI ? uriCredentials(env.ALIBABA_CLOUD_CREDENTIALS_URI) : undefined),
  ],
]

/**
 * The credentials that the surroundings of the program hold, looked for where all official SDKs look, in their order:
 * environment, OIDC role, profile of the aliyun command line, credentials file, ECS role, credentials URI. The source
 * that answered first is kept; until one has, each call looks everywhere again.
 *
 * @throws ClientError `credentials` (the provider) saying what each source lacked
 */
export function defaultCredentials(options: DefaultCredentialsOptions = {}): CredentialsProvider {
  checkSettings(options, 'options', { env: 'object', home: 'text', metadataEndpoint: 'text', sts: 'object' })
  const env = options.env ?? process.env
  const home = options.home ?? homedir()
  let candidates: readonly (readonly [string, CredentialsProvider])[] | undefined
  let found: CredentialsProvider | undefined
  return async () => {
    if (found !== undefined) return found()
    candidates ??= sources.flatMap(([name, source]) => {
      const provider = source(env, home, options)
      return provider === undefined ? [] : [[name, provider] as const]
    })
    const reasons: string[] = []
    for (const [name, provider] of candidates) {
      try {
        const credentials = await provider()
        found = provider
        return credentials
      } catch (error) {
        reasons.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
    throw new ClientError('credentials', `No credentials were found. ${reasons.join(' ')}`)
  }
}

/** @returns undefined if the environment has no AccessKey */
export function environmentCredentials(env: Environment = process.env): CredentialsProvider | undefined {
  const accessKeyId = env.ALIBABA_CLOUD_ACCESS_KEY_ID
  const accessKeySecret = env.ALIBABA_CLOUD_ACCESS_KEY_SECRET
  const securityToken = env.ALIBABA_CLOUD_SECURITY_TOKEN
  if (!accessKeyId || !accessKeySecret) return undefined
  const fixed = { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) }
  return async () => fixed
}

function oidcFromEnvironment(
  env: Environment,
  _home: string,
  { sts }: DefaultCredentialsOptions,
): CredentialsProvider | undefined {
  const roleArn = env.ALIBABA_CLOUD_ROLE_ARN
  const oidcProviderArn = env.ALIBABA_CLOUD_OIDC_PROVIDER_ARN
  const oidcTokenFile = env.ALIBABA_CLOUD_OIDC_TOKEN_FILE
  if (!roleArn || !oidcProviderArn || !oidcTokenFile) return undefined
  return oidcRoleCredentials({
    roleArn,
    oidcProviderArn,
    oidcTokenFile,
    roleSessionName: env.ALIBABA_CLOUD_ROLE_SESSION_NAME || undefined,
    sts: {
      regionId: env.ALIBABA_CLOUD_STS_REGION || undefined,
      isVpc: isOn(env.ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED),
      ...sts,
    },
  })
}

function ecsFromEnvironment(
  env: Environment,
  _home: string,
  { metadataEndpoint }: DefaultCredentialsOptions,
): CredentialsProvider | undefined {
  if (isOn(env.ALIBABA_CLOUD_ECS_METADATA_DISABLED)) return undefined
  return ecsRoleCredentials({
    roleName: env.ALIBABA_CLOUD_ECS_METADATA || undefined,
    isTokenRequired: isOn(env.ALIBABA_CLOUD_IMDSV1_DISABLED),
    endpoint: metadataEndpoint,
  })
}

const isOn = (value: string | undefined): boolean => value?.toLowerCase() === 'true'
