import type { CreateConsoleSession } from '../../api/console.ts'
import type { Input, Result } from '../../api/operation.ts'
import { callerArn } from '../access/caller-arn.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { sessions as stsSessions } from '../sts/session.ts'
import { formatTime, secondsLater } from '../time.ts'
import {
  accessKeyRevision,
  type ConsoleSession,
  consoleSessionId,
  consoleSessions,
  consoleSettings,
  describeOwn,
  endSessions,
  isOpen,
} from './session.ts'

/** Of one user or role; a sign-in beyond it ends the oldest. */
const mostSessions = 20
const userAgentLength = 256

/**
 * Signs in: everybody with an AccessKey may, since a session may do nothing that the AccessKey may not. A session never
 * opens another, so none lives longer than it may; the one that the browser had before is over.
 *
 * @throws KmsError `InvalidConsoleRequest` from elsewhere than a page of the console, and from who has no AccessKey
 */
export async function createConsoleSession(
  call: Call,
  _input: Input<typeof CreateConsoleSession>,
): Promise<Result<typeof CreateConsoleSession>> {
  const { kms, caller, console } = call
  const { accessKeyId, authentication } = caller
  const hasAccessKey = authentication === 'AccessKey' || authentication === 'StsToken'
  if (console === undefined || caller.consoleSession !== undefined || !hasAccessKey)
    throw new KmsError('InvalidConsoleRequest')
  const revision = await accessKeyRevision(kms.records, accessKeyId)
  if (revision === undefined) throw new KmsError('InvalidAccessKeyId.NotFound')
  const token = Buffer.from(kms.randomBytes(32)).toString('base64url')
  const id = consoleSessionId(token)
  call.audit.resource = `console-session/${id}`
  const body = await newSession(call, console.userAgent, revision)
  await endOthers(call, body.principal, console.token)
  const session = await kms.records.transaction((transaction) => transaction.insert(consoleSessions, id, body))
  console.opened = token
  return describeOwn(kms, session)
}

async function newSession({ kms, caller }: Call, userAgent: string, revision: number): Promise<ConsoleSession> {
  const now = kms.now()
  const latest = formatTime(secondsLater(now, consoleSettings(kms).sessionSeconds))
  const sts = caller.authentication === 'StsToken' ? await kms.records.get(stsSessions, caller.accessKeyId) : undefined
  const expiresAt = sts === undefined || sts.body.expiresAt > latest ? latest : sts.body.expiresAt
  return {
    accountId: caller.accountId,
    principal: callerArn(caller),
    accessKeyId: caller.accessKeyId,
    accessKeyRevision: revision,
    userAgent: userAgent.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '').slice(0, userAgentLength),
    sourceAddress: caller.sourceAddress,
    createdAt: formatTime(now),
    lastUsedAt: formatTime(now),
    expiresAt,
  }
}

/** Ends the session that the browser had, those that are over, and the oldest of too many. */
async function endOthers({ kms }: Call, principal: string, token: string | undefined): Promise<void> {
  const page = { offset: 0, limit: 1000, descending: true }
  const { items } = await kms.records.list(consoleSessions, { principal: [principal] }, page)
  const open = await Promise.all(items.map((session) => isOpen(kms, kms.records, session)))
  const kept = items.filter((_, index) => open[index]).slice(0, mostSessions - 1)
  const former = token === undefined ? [] : [{ id: consoleSessionId(token) }]
  await endSessions(kms, [...items.filter((session) => !kept.includes(session)), ...former])
}
