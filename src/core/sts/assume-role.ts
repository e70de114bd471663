import type { Input, Result } from '../../api/operation.ts'
import type { AssumeRole } from '../../api/sts.ts'
import { authorize } from '../access/authorize.ts'
import { parseSessionPolicy } from '../access/policy.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { ramArn } from '../ram/ram-arn.ts'
import { findRole, type Role } from '../ram/role.ts'
import { randomText } from '../random-text.ts'
import { formatTime, secondsLater } from '../time.ts'
import { hashToken, sessions } from './session.ts'
import { requireTrust, sourceIdentityOf } from './trust.ts'

const shortest = 900
/** Of a session that was itself opened by a session. */
const longestChained = 3600
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

async function openSession(call: Call, role: Role, input: Input<typeof AssumeRole>) {
  const { kms } = call
  const accessKeyId = `STS.${randomText(kms, 24)}`
  const accessKeySecret = randomText(kms, 44)
  const securityToken = randomText(kms, 64)
  const expiration = formatTime(secondsLater(kms.now(), input.durationSeconds))
  const { accountId, roleName, roleId } = role
  const { roleSessionName: sessionName, sourceIdentity, policy } = input
  const secret = new TextEncoder().encode(accessKeySecret)
  try {
    await kms.records.transaction((transaction) =>
      transaction.insert(
        sessions,
        accessKeyId,
        {
          ...{ accountId, roleName, roleId, sessionName, policy, sourceIdentity },
          tokenHash: Buffer.from(hashToken(securityToken)).toString('base64'),
          createdAt: formatTime(kms.now()),
          expiresAt: expiration,
        },
        secret,
      ),
    )
  } finally {
    secret.fill(0)
  }
  return {
    assumedRoleUser: {
      arn: `acs:ram::${accountId}:assumed-role/${roleName}/${sessionName}`,
      assumedRoleId: `${roleId}:${sessionName}`,
    },
    credentials: { accessKeyId, accessKeySecret, securityToken, expiration },
    sourceIdentity,
  }
}

const roleArn = /^acs:ram::(\d+):role\/([A-Za-z0-9.-]{1,64})$/i

function parseRoleArn(arn: string): { readonly roleAccountId: string; readonly roleName: string } {
  const [, roleAccountId, roleName] = roleArn.exec(arn) ?? []
  if (roleAccountId === undefined || roleName === undefined) throw new KmsError('InvalidParameter.RoleArn')
  return { roleAccountId, roleName }
}

function checkSessionName(name: string): void {
  if (!/^[A-Za-z0-9.@_-]{2,64}$/.test(name)) throw new KmsError('InvalidParameter.RoleSessionName')
}

function checkDuration(call: Call, role: Role, seconds: number): void {
  const chained = call.caller.identity.type === 'AssumedRoleUser' ? longestChained : Number.POSITIVE_INFINITY
  if (seconds < shortest || seconds > Math.min(role.maxSessionSeconds, chained)) {
    throw new KmsError('InvalidParameter.DurationSeconds')
  }
}
