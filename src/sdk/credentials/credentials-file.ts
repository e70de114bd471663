import type { CredentialsProvider } from '../credentials.ts'
import { checkSource } from '../settings.ts'
import { assumeRoleCredentials } from './assume-role.ts'
import { readText } from './config-file.ts'
import { ecsRoleCredentials } from './ecs-role.ts'
import { oidcRoleCredentials } from './oidc-role.ts'
import { incomplete } from './reading.ts'

export interface CredentialsFileOptions {
  /** `~/.alibabacloud/credentials`, or a file of its form */
  readonly path: string
  /** `default` unless given */
  readonly section?: string | undefined
}

type Section = ReadonlyMap<string, string>

/**
 * Credentials of a section of the INI file that the SDKs of all languages share; types access_key, sts, ecs_ram_role,
 * ram_role_arn and oidc_role_arn. The file is read once, at the first call.
 *
 * @throws ClientError `credentials` (the provider)
 */
export function fileCredentials(options: CredentialsFileOptions): CredentialsProvider {
  const { path, section = 'default' } = checkSource(options, 'path')
  let provider: Promise<CredentialsProvider> | undefined
  const read = async (): Promise<CredentialsProvider> => {
    const found = parseIni(await readText(path)).get(section)
    if (found === undefined) throw incomplete(path, `has no section "${section}"`)
    return fromSection(path, found)
  }
  return async () => {
    provider ??= read()
    try {
      return await (await provider)()
    } catch (error) {
      provider = undefined
      throw error
    }
  }
}

function fromSection(path: string, section: Section): CredentialsProvider {
  const needed = (name: string): string => {
    const value = section.get(name)
    if (!value) throw incomplete(path, `has a section without ${name}`)
    return value
  }
  const accessKey = (securityToken?: string): CredentialsProvider => {
    const accessKeyId = needed('access_key_id')
    const accessKeySecret = needed('access_key_secret')
    const fixed = { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) }
    return async () => fixed
  }
  const session = () => ({
    roleArn: needed('role_arn'),
    roleSessionName: section.get('role_session_name') || undefined,
    policy: section.get('policy') || undefined,
  })
  switch (section.get('type')) {
    case 'access_key':
      return accessKey()
    case 'sts':
      return accessKey(needed('security_token'))
    case 'ecs_ram_role':
      return ecsRoleCredentials({ roleName: section.get('role_name') || undefined })
    case 'ram_role_arn':
      return assumeRoleCredentials({ source: accessKey(section.get('security_token')), ...session() })
    case 'oidc_role_arn':
      return oidcRoleCredentials({
        ...session(),
        oidcProviderArn: needed('oidc_provider_arn'),
        oidcTokenFile: needed('oidc_token_file_path'),
      })
    default:
      throw incomplete(path, `has a section of the type "${section.get('type') ?? ''}", which is not served`)
  }
}

/** Sections by name; `;` and `#` begin a comment at the start of a line, or after a blank. */
function parseIni(text: string): ReadonlyMap<string, Section> {
  const sections = new Map<string, Map<string, string>>()
  let current: Map<string, string> | undefined
  for (const line of text.split(/\r?\n/)) {
    const content = line.replace(/(?:^|\s)[;#].*$/, '').trim()
    const name = /^\[([^\]]*)\]$/.exec(content)?.[1]?.trim()
    const equals = content.indexOf('=')
    if (name !== undefined) {
      current = sections.get(name) ?? new Map()
      sections.set(name, current)
    } else if (equals > 0) current?.set(content.slice(0, equals).trim(), content.slice(equals + 1).trim())
  }
  return sections
}
