import type { Input, Result } from '../../api/operation.ts'
import type { UpdateSecret } from '../../api/secrets.ts'
import { invalidParameter } from '../errors.ts'
import type { Call } from '../kms.ts'
import { changeSecret, requireType } from './find-secret.ts'
import { readSecret } from './get-secret-value.ts'
import {
  type Administrator,
  type Managed,
  maxCustomData,
  maxExtendedConfigLength,
  parseExtendedConfig,
} from './managed.ts'
import { adminSecretName } from './told-target.ts'

/**
 * Replaces the description of a secret, or the custom data of a managed one.
 *
 * @throws KmsError `Rejected.ResourceInDeleteWindow`; `Rejected.UnsupportedOperation` for custom data of a generic one;
 * `InvalidParameter` of ExtendedConfig.CustomData; as GetSecretValue for the secret that AdminSecret names
 * @see KMS API 2016-01-20, UpdateSecret
 */
export async function updateSecret(
  call: Call,
  input: Input<typeof UpdateSecret>,
): Promise<Result<typeof UpdateSecret>> {
  const customData = input['extendedConfig.CustomData']
  const admin = customData && (await readableAdmin(call, { CustomData: customData }))
  const { body } = await changeSecret(call, input.secretName, (secret) => {
    const { description = secret.body.description } = input
    if (customData === undefined) return { ...secret.body, description }
    requireType(secret, 'managed')
    const { managed } = secret.body
    return { ...secret.body, description, managed: managed && { ...withCustomData(managed, customData), admin } }
  })
  return { secretName: body.name }
}

function withCustomData(managed: Managed, customData: Readonly<Record<string, string>>): Managed {
  const extendedConfig = JSON.stringify({ ...parseExtendedConfig(managed.extendedConfig), CustomData: customData })
  if (Object.keys(customData).length > maxCustomData || extendedConfig.length > maxExtendedConfigLength) {
    throw invalidParameter('ExtendedConfig.CustomData')
  }
  return { ...managed, extendedConfig }
}

/**
 * The secret that AdminSecret names. The service uses it without asking again, so whoever names it must be one who may
 * read it, and it is kept which one it was: the name may come to stand for another.
 * @throws KmsError as GetSecretValue
 */
export async function readableAdmin(
  call: Call,
  config: Readonly<Record<string, unknown>>,
): Promise<Administrator | undefined> {
  const secretName = adminSecretName(config)
  if (secretName === undefined) return undefined
  const { resource } = call.audit
  const { secret } = await readSecret(call, { secretName })
  if (resource !== undefined) call.audit.resource = resource
  return { id: secret.id, uid: secret.body.uid }
}
