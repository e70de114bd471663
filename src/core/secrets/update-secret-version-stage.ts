import type { Input, Result } from '../../api/operation.ts'
import type { UpdateSecretVersionStage } from '../../api/secrets.ts'
import type { Call } from '../kms.ts'
import { changeSecret, requireType } from './find-secret.ts'
import { moveStage } from './stages.ts'

/**
 * Moves a stage label to another version of a generic secret, or takes a custom one away.
 *
 * @throws KmsError `Rejected.InvalidRequest`, `Rejected.UnsupportedOperation`, `Rejected.LimitExceeded`;
 * `Forbidden.ResourceNotFound` for a version that it does not have; `Rejected.ResourceInDeleteWindow`
 * @see KMS API 2016-01-20, UpdateSecretVersionStage
 */
export async function updateSecretVersionStage(
  call: Call,
  input: Input<typeof UpdateSecretVersionStage>,
): Promise<Result<typeof UpdateSecretVersionStage>> {
  const move = {
    label: input.versionStage,
    moveTo: input.moveToVersion || undefined,
    removeFrom: input.removeFromVersion || undefined,
  }
  const { body } = await changeSecret(call, input.secretName, (secret) => {
    requireType(secret, 'generic')
    return { ...secret.body, content: moveStage(secret.body.content, move) }
  })
  return { secretName: body.name }
}
