import type { Input, Result } from '../../api/operation.ts'
import type { DeletePolicy } from '../../api/ram.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { findCustomPolicy, policies } from './policy.ts'
import { authorizeRam } from './ram-arn.ts'

/** @throws KmsError `EntityNotExist.Policy`; `DeleteConflict.Policy.User` while somebody has it */
export async function deletePolicy(
  call: Call,
  { policyName }: Input<typeof DeletePolicy>,
): Promise<Result<typeof DeletePolicy>> {
  authorizeRam(call, `policy/${policyName}`)
  await call.kms.records.transaction(async (transaction) => {
    const policy = await findCustomPolicy(transaction, call.caller.accountId, policyName)
    if (policy.body.attachmentCount > 0) throw new KmsError('DeleteConflict.Policy.User')
    await transaction.delete(policies, policy)
  })
  return {}
}
