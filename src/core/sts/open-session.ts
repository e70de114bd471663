import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import type { Role } from '../ram/role.ts'
import { randomText } from '../random-text.ts'
import { formatTime, secondsLater } from '../time.ts'
import { hashToken, sessions } from './session.ts'

const shortest = 900
/** Of a session that was itself opened by a session. */
const longestChained = 3600

/** What a session is opened with. */
interface SessionInput {
  readonly roleSessionName: string
  readonly durationSeconds: number
  readonly policy?: string | undefined
  readonly sourceIdentity: string | undefined
}

/** Opens a session of a role for a caller whom the role trusts. Who stands behind the caller stands behind it. */
export async function openSession(call: Call, role: Role, input: SessionInput) {
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
          ...{ accountId, roleName, roleId, sessionName, policy, sourceIdentity, tokenHolder: call.caller.tokenHolder },
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

export function parseRoleArn(arn: string): { readonly roleAccountId: string; readonly roleName: string } {
  const [, roleAccountId, roleName] = roleArn.exec(arn) ?? []
  if (roleAccountId === undefined || roleName === undefined) throw new KmsError('InvalidParameter.RoleArn')
  return { roleAccountId, roleName }
}

export function checkSessionName(name: string): void {
  if (!/^[A-Za-z0-9.@_-]{2,64}$/.test(name)) throw new KmsError('InvalidParameter.RoleSessionName')
}

export function checkDuration(call: Call, role: Role, seconds: number): void {
  const chained = call.caller.identity.type === 'AssumedRoleUser' ? longestChained : Number.POSITIVE_INFINITY
  if (seconds < shortest || seconds > Math.min(role.maxSessionSeconds, chained)) {
    throw new KmsError('InvalidParameter.DurationSeconds')
  }
}
