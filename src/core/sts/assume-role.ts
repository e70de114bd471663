import type { Input, Result } from '../../api/operation.ts'
import type { AssumeRole } from '../../api/sts.ts'
import { authorize } from '../access/authorize.ts'
import { parseSessionPolicy } from '../access/policy.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { ramArn } from '../ram/ram-arn.ts'
import { findRole } from '../ram/role.ts'
import { checkDuration, checkSessionName, openSession, parseRoleArn } from './open-session.ts'
import { requireTrust, sourceIdentityOf } from './trust.ts'

const notForAccounts =
  'Roles may not be assumed by root accounts. Use an AccessKey of a user who may, by AliyunSTSAssumeRoleAccess.'

/**
 * Opens a session of a role. The caller needs both: a policy that lets it assume the role, and the role's trust. As at
 * the service, the account's own AccessKeys assume no roles: they may do everything anyhow, and a program that was tried
 * with them would fail there.
 *
 * @throws KmsError `InvalidParameter.RoleArn`, `.RoleSessionName`, `.DurationSeconds`, `.PolicyGrammar`, `.PolicySize`;
 * `NoPermission`; `EntityNotExist.Role`
 * @see STS API 2015-04-01, AssumeRole
 */
export async function assumeRole(call: Call, input: Input<typeof AssumeRole>): Promise<Result<typeof AssumeRole>> {
  const { roleAccountId, roleName } = parseRoleArn(input.roleArn)
  // However the ARN was spelt, policies are asked about the one that they can name.
  const arn = ramArn(roleAccountId, `role/${roleName}`)
  checkSessionName(input.roleSessionName)
  if (input.policy !== undefined) parseSessionPolicy(input.policy)
  const { accountId, identity } = call.caller
  call.audit.resource = `role/${roleName}`
  if (identity.type === 'Account') throw new KmsError('NoPermission', { message: notForAccounts })
  const facts = { externalId: input.externalId }
  authorize(call, { accountId: roleAccountId, arn }, 'sts:AssumeRole', facts)
  const { body: role } = await findRole(call.kms.records, accountId, roleName)
  requireTrust(call, { role, arn, facts })
  checkDuration(call, role, input.durationSeconds)
  return openSession(call, role, {
    ...input,
    sourceIdentity: sourceIdentityOf(call, { role, arn, facts }, input.sourceIdentity),
  })
}
