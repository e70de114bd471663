import type { Input, Result } from '../../api/operation.ts'
import type { RestoreSecret } from '../../api/secrets.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { findSecret, replaceSecret } from './find-secret.ts'

/**
 * Cancels the planned deletion of a secret.
 *
 * @throws KmsError `Rejected.ResourceInUse` when none is planned
 * @see KMS API 2016-01-20, RestoreSecret
 */
export function restoreSecret(
  call: Call,
  { secretName }: Input<typeof RestoreSecret>,
): Promise<Result<typeof RestoreSecret>> {
  return call.kms.records.transaction(async (transaction) => {
    const secret = await findSecret(call, secretName, { reader: transaction })
    if (secret.body.deleteAt === undefined) {
      throw new KmsError('Rejected.ResourceInUse', { message: 'restore normal secret' })
    }
    await replaceSecret(call, transaction, secret, { ...secret.body, deleteAt: undefined })
    return { secretName: secret.body.name }
  })
}
