import type { Input, Result } from '../../api/operation.ts'
import type { CreatePolicyVersion } from '../../api/ram.ts'
import { parseIdentityPolicy } from '../access/policy.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { describePolicyVersion, findCustomPolicy, type Policy, policies } from './policy.ts'
import { authorizeRam } from './ram-arn.ts'

const mostVersions = 5

/**
 * Adds a version to a policy and, if asked to, puts it in force for the next request of everybody who has it.
 * @throws KmsError `InvalidParameter.PolicyDocument`; `EntityNotExist.Policy`; `LimitExceeded.Policy.Version`
 */
export async function createPolicyVersion(
  call: Call,
  input: Input<typeof CreatePolicyVersion>,
): Promise<Result<typeof CreatePolicyVersion>> {
  authorizeRam(call, `policy/${input.policyName}`)
  parseIdentityPolicy(input.policyDocument)
  const createdAt = formatTime(call.kms.now())
  return call.kms.records.transaction(async (transaction) => {
    const found = await findCustomPolicy(transaction, call.caller.accountId, input.policyName)
    const version = { id: `v${found.body.nextVersion}`, document: input.policyDocument, createdAt }
    const { body } = await transaction.update(policies, found, {
      ...found.body,
      updatedAt: createdAt,
      versions: [...room(found.body, input.rotateStrategy !== 'None'), version],
      defaultVersion: input.setAsDefault ? version.id : found.body.defaultVersion,
      nextVersion: found.body.nextVersion + 1,
    })
    return { policyVersion: describePolicyVersion(body, version) }
  })
}

/** The versions to keep beside a new one. */
function room({ versions, defaultVersion }: Policy, mayDropOldest: boolean): Policy['versions'] {
  if (versions.length < mostVersions) return versions
  if (!mayDropOldest) throw new KmsError('LimitExceeded.Policy.Version')
  const oldest = versions.find(({ id }) => id !== defaultVersion)
  return versions.filter((version) => version !== oldest)
}
