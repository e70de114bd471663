import type { SigningCredentials } from '../wire/rpc-signature.ts'
import { ClientError } from './errors.ts'

/** An AccessKey, with a token if it is a temporary one. */
export type Credentials = SigningCredentials

/** Asked before each attempt of each call; answers at once while its credentials are fresh. */
export type CredentialsProvider = () => Promise<Credentials>

/** A credential object of the official SDKs (`@alicloud/credentials`). */
export interface OfficialCredential {
  getCredential(): Promise<{
    readonly accessKeyId?: string
    readonly accessKeySecret?: string
    readonly securityToken?: string
  }>
}

export interface CredentialsOptions {
  readonly accessKeyId?: string | undefined
  readonly accessKeySecret?: string | undefined
  /** of temporary credentials */
  readonly securityToken?: string | undefined
  /** instead of the three above */
  readonly credentials?: CredentialsProvider | OfficialCredential | undefined
}

/**
 * The provider that the options describe.
 *
 * @throws ClientError `configuration` if they name an AccessKey by halves, or twice
 */
export function credentialsProvider(options: CredentialsOptions): CredentialsProvider {
  const { accessKeyId, accessKeySecret, securityToken, credentials } = options
  if (credentials !== undefined) {
    if (accessKeyId !== undefined) throw configuration('Give either accessKeyId or credentials, not both.')
    if (typeof credentials === 'function') return credentials
    if (typeof credentials?.getCredential === 'function') return () => fromOfficial(credentials)
    throw new ClientError('configuration', 'The credentials must be a function or have the method getCredential.', {
      parameter: 'credentials',
    })
  }
  if (accessKeyId === undefined && accessKeySecret === undefined) return missing
  if (!accessKeyId || !accessKeySecret)
    throw configuration('accessKeyId and accessKeySecret are needed together.', accessKeyId ? 'Secret' : 'Id')
  const fixed = { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) }
  usableCredentials(fixed)
  return async () => fixed
}

/**
 * Credentials as they were given. A line break that came along from a file or a variable is said here: further on it
 * would be a wrong signature, or a header that cannot be sent.
 *
 * @throws ClientError `credentials` naming the part, without its content
 */
export function usableCredentials(credentials: Credentials | undefined): Credentials {
  if (typeof credentials?.accessKeyId !== 'string' || typeof credentials.accessKeySecret !== 'string')
    throw new ClientError('credentials', 'The source of credentials gave no AccessKey.', { parameter: 'credentials' })
  for (const parameter of ['accessKeyId', 'accessKeySecret', 'securityToken'] as const) {
    const text = credentials[parameter]
    if (text === undefined || /^[\x21-\x7e]+$/.test(text)) continue
    const what = /\s/.test(text) ? 'a space or line break' : 'a character that is not ASCII'
    throw new ClientError('credentials', `The ${parameter} holds ${what}, which none has.`, { parameter })
  }
  return credentials
}

const configuration = (message: string, part: 'Id' | 'Secret' = 'Id'): ClientError =>
  new ClientError('configuration', message, { parameter: `accessKey${part}` })

const missing: CredentialsProvider = async () => {
  throw new ClientError('credentials', 'The client has no credentials: give accessKeyId and accessKeySecret.', {
    parameter: 'accessKeyId',
  })
}

async function fromOfficial(credential: OfficialCredential): Promise<Credentials> {
  const { accessKeyId, accessKeySecret, securityToken } = await credential.getCredential()
  if (!accessKeyId || !accessKeySecret)
    throw new ClientError('credentials', 'The credential object gave no AccessKey.', { parameter: 'credentials' })
  return { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) }
}
