import type { Result } from '../../api/operation.ts'
import type { GetCallerIdentity } from '../../api/sts.ts'
import { callerArn } from '../access/caller-arn.ts'
import type { Call } from '../kms.ts'

/** Tells who the caller is; needs no permission. @see STS API 2015-04-01, GetCallerIdentity */
export function getCallerIdentity({ caller }: Call): Result<typeof GetCallerIdentity> {
  const { accountId, identity } = caller
  const common = { accountId, arn: callerArn(caller), identityType: identity.type, principalId: identity.id }
  if (identity.type !== 'AssumedRoleUser') return { ...common, userId: identity.id }
  const [roleId = ''] = identity.id.split(':')
  return { ...common, roleId }
}
