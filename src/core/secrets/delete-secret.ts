import type { Input, Result } from '../../api/operation.ts'
import type { DeleteSecret } from '../../api/secrets.ts'
import { invalidParameter } from '../errors.ts'
import type { Call, Kms } from '../kms.ts'
import { letGoOfLastUse } from '../last-use.ts'
import type { Stored, Transaction } from '../records.ts'
import { formatTime, secondsLater, secondsPerDay } from '../time.ts'
import { findSecret, isGone, replaceSecret, requireNotDeleting } from './find-secret.ts'
import { type Secret, secretLastUse, secrets, secretVersionId, secretVersions } from './secret.ts'

const usualWindowDays = 30

/**
 * Plans the deletion of a secret, or deletes it at once with everything it holds.
 *
 * @throws KmsError `Rejected.ResourceInDeleteWindow` when it is planned already; `InvalidParameter` of
 * RecoveryWindowInDays beside force
 * @see KMS API 2016-01-20, DeleteSecret
 */
export async function deleteSecret(
  call: Call,
  input: Input<typeof DeleteSecret>,
): Promise<Result<typeof DeleteSecret>> {
  const { forceDeleteWithoutRecovery: isForced, recoveryWindowInDays } = input
  if (isForced && recoveryWindowInDays !== undefined) {
    throw invalidParameter('RecoveryWindowInDays', 'A secret deleted by force has no recovery window.')
  }
  const now = call.kms.now()
  const days = recoveryWindowInDays ?? usualWindowDays
  const deleteAt = formatTime(isForced ? now : secondsLater(now, days * secondsPerDay))
  return call.kms.records.transaction(async (transaction) => {
    const secret = await findSecret(call, input.secretName, { reader: transaction })
    requireNotDeleting(secret)
    if (isForced) await deleteWithVersions(transaction, secret)
    else await replaceSecret(call, transaction, secret, { ...secret.body, deleteAt })
    return { secretName: secret.body.name, plannedDeleteTime: deleteAt }
  })
}

/** Removes a secret and its values for good. */
export async function deleteWithVersions(transaction: Transaction, secret: Stored<Secret>): Promise<void> {
  const { content, managed } = secret.body
  // The value of a rotation that has begun is kept already, and is no version yet.
  const pending = managed?.rotating ? [{ id: managed.rotating.versionId }] : []
  for (const { id } of [...content.versions, ...pending]) {
    const version = await transaction.get(secretVersions, secretVersionId(secret.body, id))
    if (version) await transaction.delete(secretVersions, version)
  }
  await letGoOfLastUse(transaction, secretLastUse(secret.body))
  await transaction.delete(secrets, secret)
}

/**
 * Deletes a secret whose window has ended.
 * @returns whether it was still there and due
 */
export function deleteDueSecret(kms: Kms, id: string): Promise<boolean> {
  return kms.records.transaction(async (transaction) => {
    const secret = await transaction.get(secrets, id)
    if (secret === undefined || !isGone(kms, secret)) return false
    await deleteWithVersions(transaction, secret)
    return true
  })
}
