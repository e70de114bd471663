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
    return typeof credentials === 'function' ? credentials : () => fromOfficial(credentials)
  }
  if (accessKeyId === undefined && accessKeySecret === undefined) return missing
  if (!accessKeyId || !accessKeySecret)
    throw configuration('accessKeyId and accessKeySecret are needed together.', accessKeyId ? 'Secret' : 'Id')
  const fixed = { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) }
  return async () => fixed
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
