import type { CredentialsProvider } from '../credentials.ts'
import { checkSource } from '../settings.ts'
import { assumeRoleCredentials, type StsEndpoint } from './assume-role.ts'
import { cloudSsoCredentials } from './cloud-sso.ts'
import {
  numberOf,
  type Profile,
  type ProfileFile,
  profileNamed,
  readProfileFile,
  textOf,
  updateProfile,
} from './config-file.ts'
import { ecsRoleCredentials } from './ecs-role.ts'
import { externalCommandCredentials } from './external-command.ts'
import { type OAuthLogin, oauthCredentials, oauthSite } from './oauth.ts'
import { oidcRoleCredentials } from './oidc-role.ts'
import { incomplete } from './reading.ts'
import { uriCredentials } from './uri.ts'

export interface CliProfileOptions {
  /** `~/.aliyun/config.json`, or a file of its form */
  readonly path: string
  /** the file's current profile unless given */
  readonly name?: string | undefined
  /** how to reach STS, where the profile needs it and doesn't say */
  readonly sts?: StsEndpoint | undefined
}

/**
 * Credentials of a profile that the aliyun command line has configured, in any of its modes but those that sign in
 * another way (RsaKeyPair, BearerToken, Anonymous). The file is read once, at the first call.
 *
 * @throws ClientError `credentials` (the provider) if the profile isn't there, lacks something, or its source fails
 */
export function cliProfileCredentials(options: CliProfileOptions): CredentialsProvider {
  checkSource(options, 'path')
  let provider: Promise<CredentialsProvider> | undefined
  return async () => {
    provider ??= fromFile(options)
    try {
      return await (await provider)()
    } catch (error) {
      provider = undefined
      throw error
    }
  }
}

async function fromFile({ path, name, sts = {} }: CliProfileOptions): Promise<CredentialsProvider> {
  const file = await readProfileFile(path)
  return new ProfileReader(path, file, sts).provider(name ?? file.current)
}

type Mode = (reader: ProfileReader, profile: Profile, name: string) => CredentialsProvider

/** By the mode's name in small letters: the command line doesn't mind their case. */
const modes: ReadonlyMap<string, Mode> = new Map<string, Mode>([
  ['ak', (reader, profile) => reader.accessKey(profile)],
  ['ststoken', (reader, profile) => reader.accessKey(profile, reader.needed(profile, 'sts_token'))],
  ['ramrolearn', (reader, profile) => reader.role(profile, reader.accessKey(profile, textOf(profile, 'sts_token')))],
  ['ecsramrole', (_, profile) => ecsRoleCredentials({ roleName: textOf(profile, 'ram_role_name') })],
  [
    'ramrolearnwithrolename',
    (reader, profile) => reader.role(profile, ecsRoleCredentials({ roleName: textOf(profile, 'ram_role_name') })),
  ],
  [
    'chainableramrolearn',
    (reader, profile, name) => reader.role(profile, reader.provider(reader.needed(profile, 'source_profile'), name)),
  ],
  ['oidc', (reader, profile) => reader.oidc(profile)],
  ['credentialsuri', (reader, profile) => uriCredentials(reader.needed(profile, 'credentials_uri'))],
  ['external', (reader, profile) => externalCommandCredentials(reader.needed(profile, 'process_command'))],
  ['cloudsso', (reader, profile) => reader.cloudSso(profile)],
  ['oauth', (reader, profile, name) => reader.oauth(profile, name)],
])

/** Turns the profiles of one file into providers. */
class ProfileReader {
  readonly #path: string
  readonly #file: ProfileFile
  readonly #sts: StsEndpoint
  readonly #visited = new Set<string>()

  constructor(path: string, file: ProfileFile, sts: StsEndpoint) {
    this.#path = path
    this.#file = file
    this.#sts = sts
  }

  /** @param from - the profile that names this one as its source */
  provider(name: string, from?: string): CredentialsProvider {
    if (this.#visited.has(name)) throw incomplete(this.#path, `leads from profile "${from}" back to "${name}"`)
    this.#visited.add(name)
    const profile = profileNamed(this.#path, this.#file, name)
    const modeName = textOf(profile, 'mode') ?? 'AK'
    const mode = modes.get(modeName.toLowerCase())
    if (mode === undefined)
      throw incomplete(this.#path, `has the profile "${name}" of mode "${modeName}", which is not served`)
    return mode(this, profile, name)
  }

  needed(profile: Profile, member: string): string {
    const value = textOf(profile, member)
    if (value === undefined) throw incomplete(this.#path, `has a profile without ${member}`)
    return value
  }

  accessKey(profile: Profile, securityToken?: string): CredentialsProvider {
    const accessKeyId = this.needed(profile, 'access_key_id')
    const accessKeySecret = this.needed(profile, 'access_key_secret')
    const fixed = { accessKeyId, accessKeySecret, ...(securityToken === undefined ? {} : { securityToken }) }
    return async () => fixed
  }

  role(profile: Profile, source: CredentialsProvider): CredentialsProvider {
    return assumeRoleCredentials({
      source,
      ...this.#session(profile),
      externalId: textOf(profile, 'external_id'),
      durationSeconds: numberOf(profile, 'expired_seconds'),
    })
  }

  oidc(profile: Profile): CredentialsProvider {
    return oidcRoleCredentials({
      ...this.#session(profile),
      oidcProviderArn: this.needed(profile, 'oidc_provider_arn'),
      oidcTokenFile: this.needed(profile, 'oidc_token_file'),
      durationSeconds: numberOf(profile, 'duration_seconds') ?? numberOf(profile, 'expired_seconds'),
    })
  }

  cloudSso(profile: Profile): CredentialsProvider {
    return cloudSsoCredentials({
      signInUrl: this.needed(profile, 'cloud_sso_sign_in_url'),
      accountId: this.needed(profile, 'cloud_sso_account_id'),
      accessConfig: this.needed(profile, 'cloud_sso_access_config'),
      accessToken: this.needed(profile, 'access_token'),
      accessTokenExpire: numberOf(profile, 'cloud_sso_access_token_expire') ?? 0,
    })
  }

  oauth(profile: Profile, name: string): CredentialsProvider {
    const login: OAuthLogin = {
      refreshToken: this.needed(profile, 'oauth_refresh_token'),
      accessToken: textOf(profile, 'oauth_access_token') ?? '',
      accessTokenExpire: numberOf(profile, 'oauth_access_token_expire') ?? 0,
    }
    const save = ({ refreshToken, accessToken, accessTokenExpire }: OAuthLogin): Promise<void> =>
      updateProfile(this.#path, name, {
        oauth_refresh_token: refreshToken,
        oauth_access_token: accessToken,
        oauth_access_token_expire: accessTokenExpire,
      })
    return oauthCredentials({ login, site: oauthSite(textOf(profile, 'oauth_site_type') ?? ''), save })
  }

  #session(profile: Profile) {
    return {
      roleArn: this.needed(profile, 'ram_role_arn'),
      roleSessionName: textOf(profile, 'ram_session_name'),
      sts: {
        ...this.#sts,
        endpoint: textOf(profile, 'sts_endpoint') ?? this.#sts.endpoint,
        regionId: textOf(profile, 'sts_region') ?? this.#sts.regionId,
        isVpc: profile.enable_vpc === true,
      },
    }
  }
}
