import type { Input, Result } from '../../api/operation.ts'
import type { DeletePolicyVersion } from '../../api/ram.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { findCustomPolicy, policies } from './policy.ts'
import { authorizeRam } from './ram-arn.ts'

/** @throws KmsError `EntityNotExist.Policy`, `EntityNotExist.Policy.Version`; `DeleteConflict.Policy.Version.Default` */
export async function deletePolicyVersion(
  call: Call,
  { policyName, versionId }: Input<typeof DeletePolicyVersion>,
): Promise<Result<typeof DeletePolicyVersion>> {
  authorizeRam(call, `policy/${policyName}`)
  await call.kms.records.transaction(async (transaction) => {
    const policy = await findCustomPolicy(transaction, call.caller.accountId, policyName)
    const versions = policy.body.versions.filter(({ id }) => id !== versionId)
    if (versions.length === policy.body.versions.length) throw new KmsError('EntityNotExist.Policy.Version')
    if (versionId === policy.body.defaultVersion) throw new KmsError('DeleteConflict.Policy.Version.Default')
    await transaction.update(policies, policy, { ...policy.body, versions })
  })
  return {}
}
