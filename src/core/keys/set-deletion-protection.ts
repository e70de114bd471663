import type { SetDeletionProtection } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import { authorize } from '../access/authorize.ts'
import { arnOf } from '../arn.ts'
import { invalidParameter, missingParameter } from '../errors.ts'
import { findInstance, instances } from '../instances/instance.ts'
import type { Call } from '../kms.ts'
import { changeKey } from './change-key.ts'
import { requireState, unlessDeletionIsPlanned } from './key-state.ts'

type Protection = { readonly description: string } | undefined

/**
 * Protects a key or an instance against deletion, or ends the protection. Exactly one of the three names is given.
 *
 * @throws KmsError `MissingParameter`, `InvalidParameter`; `Rejected.PendingDeletion`;
 * `Forbidden.DKMSInstanceNotFound`
 * @see KMS API 2016-01-20, SetDeletionProtection
 */
export async function setDeletionProtection(
  call: Call,
  input: Input<typeof SetDeletionProtection>,
): Promise<Result<typeof SetDeletionProtection>> {
  const protection = input.enableDeletionProtection
    ? { description: input.deletionProtectionDescription ?? '' }
    : undefined
  const target = protectedResource(call, input)
  if (target.instanceId !== undefined) await protectInstance(call, target.instanceId, protection)
  else await protectKey(call, target, protection)
  return {}
}

type Target =
  | { readonly keyId: string; readonly parameter: string; readonly instanceId?: undefined }
  | { readonly instanceId: string }

function protectedResource(call: Call, input: Input<typeof SetDeletionProtection>): Target {
  const { keyId, protectedResourceArn: arn, kmsInstanceId } = input
  const given = [keyId, arn, kmsInstanceId].filter((name) => name !== undefined && name !== '')
  if (given.length === 0) throw missingParameter('KeyId')
  if (given.length > 1) throw invalidParameter('KeyId', 'Exactly one resource is named.')
  if (kmsInstanceId) return { instanceId: kmsInstanceId }
  if (keyId) return { keyId, parameter: 'KeyId' }
  const instanceArn = arnOf(call.kms, call.caller.accountId, 'keystore/')
  if (arn?.startsWith(instanceArn)) return { instanceId: arn.slice(instanceArn.length) }
  if (!arn?.startsWith('acs:')) throw invalidParameter('ProtectedResourceArn')
  return { keyId: arn, parameter: 'ProtectedResourceArn' }
}

const protectKey = (
  call: Call,
  { keyId, parameter }: { readonly keyId: string; readonly parameter: string },
  deletionProtection: Protection,
) =>
  changeKey(call, keyId, { accepts: 'idOrArn', parameter }, (key) => {
    requireState(key, unlessDeletionIsPlanned)
    return { ...key.body, deletionProtection }
  })

function protectInstance(call: Call, instanceId: string, deletionProtection: Protection): Promise<void> {
  const { accountId } = call.caller
  authorize(call, { accountId, arn: arnOf(call.kms, accountId, `keystore/${instanceId}`) })
  call.audit.resource = instanceId
  return call.kms.records.transaction(async (transaction) => {
    const instance = await findInstance(transaction, accountId, instanceId)
    await transaction.update(instances, instance, { ...instance.body, deletionProtection })
  })
}
