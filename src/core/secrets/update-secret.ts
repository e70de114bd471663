import type { Input, Result } from '../../api/operation.ts'
import type { UpdateSecret } from '../../api/secrets.ts'
import type { Call } from '../kms.ts'
import { changeSecret, requireType } from './find-secret.ts'

/**
 * Replaces the description of a secret.
 *
 * @throws KmsError `Rejected.ResourceInDeleteWindow`; `Rejected.UnsupportedOperation` for custom data of a generic one
 * @see KMS API 2016-01-20, UpdateSecret
 */
export async function updateSecret(
  call: Call,
  input: Input<typeof UpdateSecret>,
): Promise<Result<typeof UpdateSecret>> {
  const customData = input['extendedConfig.CustomData']
  const { body } = await changeSecret(call, input.secretName, (secret) => {
    if (customData !== undefined) requireType(secret, 'managed')
    return input.description === undefined ? secret.body : { ...secret.body, description: input.description }
  })
  return { secretName: body.name }
}
