import { timingSafeEqual } from 'node:crypto'
import type { Input, Result } from '../../api/operation.ts'
import type { PutSecretValue } from '../../api/secrets.ts'
import { sha256 } from '../../crypto/hash.ts'
import { KmsError, resourceNotFound } from '../errors.ts'
import type { Call } from '../kms.ts'
import type { Stored, Transaction } from '../records.ts'
import { formatTime } from '../time.ts'
import { findSecret, replaceSecret, requireNotDeleting, requireType } from './find-secret.ts'
import { type Secret, secretVersionId, secretVersions } from './secret.ts'
import { openValue, sealingKey, sealValue, storedVersion } from './secret-value.ts'
import { addVersion, currentStage, hasVersion, stagesOf } from './stages.ts'

/**
 * Stores a new version of a generic secret. A version is written once: the same value again is success and changes
 * nothing, another value is refused.
 *
 * @throws KmsError `Rejected.ResourceExist`; `Rejected.LimitExceeded`; `Rejected.UnsupportedOperation` for a managed
 * secret; `Rejected.ResourceInUse` for the version of a rotation that has begun; `Rejected.ResourceInDeleteWindow`; as `sealingKey` for the key
 * @see KMS API 2016-01-20, PutSecretValue
 */
export async function putSecretValue(
  call: Call,
  input: Input<typeof PutSecretValue>,
): Promise<Result<typeof PutSecretValue>> {
  const { kms } = call
  const { versionId, secretData: data, secretDataType: dataType } = input
  const found = await findSecret(call, input.secretName)
  requireNotDeleting(found)
  requireType(found, 'generic')
  const key = await sealingKey(call, found.body)
  const { uid } = found.body
  const sealed = await sealValue(call, key, { secret: found.body, versionId }, { data, dataType })
  const secret = await kms.records.transaction(async (transaction) => {
    const current = await findSecret(call, input.secretName, { reader: transaction })
    requireNotDeleting(current)
    // Deleted and created anew in the meantime: what was sealed belongs to a secret that is gone.
    if (current.body.uid !== uid) throw resourceNotFound('secret', input.secretName)
    if (hasVersion(current.body.content, versionId)) return requireSame(call, current, input, transaction)
    if (current.body.managed?.rotating?.versionId === versionId) throw new KmsError('Rejected.ResourceInUse')
    const labels = input.versionStages?.length ? input.versionStages : [currentStage]
    const version = { id: versionId, createdAt: formatTime(kms.now()) }
    const { next, dropped } = addVersion(current.body.content, version, labels)
    for (const id of dropped)
      await transaction.delete(secretVersions, await storedVersion(call, current, id, transaction))
    await transaction.insert(secretVersions, secretVersionId(current.body, versionId), sealed)
    return replaceSecret(call, transaction, current, { ...current.body, content: next })
  })
  const { name: secretName, content } = secret.body
  return { secretName, versionId, versionStages: { versionStage: stagesOf(content, versionId) } }
}

/** @throws KmsError `Rejected.ResourceExist` for other data or another type under a version id in use */
async function requireSame(
  call: Call,
  secret: Stored<Secret>,
  { versionId, secretData, secretDataType }: Input<typeof PutSecretValue>,
  transaction: Transaction,
): Promise<Stored<Secret>> {
  const version = await storedVersion(call, secret, versionId, transaction)
  // Whoever may write under the key need not be one who may read: the values are compared here, not shown.
  const stored = await openValue(call, secret, version, { isShown: false })
  const isSame = timingSafeEqual(digest(stored), digest(secretData)) && version.body.dataType === secretDataType
  if (isSame) return secret
  const message = 'The request was rejected becasue key already exsit'
  throw new KmsError('Rejected.ResourceExist', { message })
}

const digest = (text: string): Uint8Array => sha256(Buffer.from(text, 'utf8'))
