import type { Input, Result } from '../../api/operation.ts'
import type { AssumeRoleWithOIDC } from '../../api/sts.ts'
import { parseSessionPolicy } from '../access/policy.ts'
import type { Call } from '../kms.ts'
import { ramArn } from '../ram/ram-arn.ts'
import { roleId, roles } from '../ram/role.ts'
import { formatTime } from '../time.ts'
import { checkDuration, checkSessionName, openSession, parseRoleArn } from './open-session.ts'
import { notTrusted, requireTrust } from './trust.ts'

/**
 * Opens a session of a role for who holds a token of an identity provider that the role trusts. The caller is nobody
 * here, so a role that does not exist and one that does not trust it are answered alike.
 *
 * @throws KmsError `InvalidParameter.RoleArn`, `.RoleSessionName`, `.DurationSeconds`, `.PolicyGrammar`, `.PolicySize`;
 * `NoPermission`
 * @see STS API 2015-04-01, AssumeRoleWithOIDC
 */
export async function assumeRoleWithOIDC(
  call: Call,
  input: Input<typeof AssumeRoleWithOIDC>,
): Promise<Result<typeof AssumeRoleWithOIDC>> {
  const { roleAccountId, roleName } = parseRoleArn(input.roleArn)
  const arn = ramArn(roleAccountId, `role/${roleName}`)
  checkSessionName(input.roleSessionName)
  if (input.policy !== undefined) parseSessionPolicy(input.policy)
  const { accountId, identity } = call.caller
  call.audit.resource = `role/${roleName}`
  const role = await call.kms.records.get(roles, roleId(accountId, roleName))
  if (identity.type !== 'FederatedUser' || role === undefined || roleAccountId !== accountId)
    throw notTrusted(call, 'sts:AssumeRole', 'None')
  requireTrust(call, { role: role.body, arn, facts: {} })
  checkDuration(call, role.body, input.durationSeconds)
  const { assumedRoleUser, credentials } = await openSession(call, role.body, { ...input, sourceIdentity: undefined })
  const { claims } = identity
  return {
    assumedRoleUser,
    credentials,
    oIDCTokenInfo: {
      issuer: claims.issuer,
      subject: claims.subject,
      clientIds: claims.audiences.join(','),
      issuanceTime: formatTime(claims.issuedAt),
      expirationTime: formatTime(claims.expiresAt),
      verificationInfo: 'Success',
    },
  }
}
