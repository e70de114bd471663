import type { Input, Result } from '../../api/operation.ts'
import type { GetPolicy } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { findPolicy } from './find-policy.ts'
import { describeDatedPolicy, documentInForce } from './policy.ts'
import { authorizePolicy } from './ram-arn.ts'

/** @throws KmsError `EntityNotExist.Policy` */
export async function getPolicy(call: Call, input: Input<typeof GetPolicy>): Promise<Result<typeof GetPolicy>> {
  const { policyType, policyName } = input
  authorizePolicy(call, input)
  const policy = await findPolicy(call.kms.records, call.caller.accountId, policyType, policyName)
  const policyDocument = documentInForce(policy)
  return {
    policy: { ...describeDatedPolicy(policyType, policy), policyDocument },
    defaultPolicyVersion: {
      versionId: policy.defaultVersion,
      isDefaultVersion: true,
      policyDocument,
      createDate: policy.updatedAt,
    },
  }
}
