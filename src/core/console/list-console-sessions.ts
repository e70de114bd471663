import type { ListConsoleSessions } from '../../api/console.ts'
import type { Input, Result } from '../../api/operation.ts'
import { callerArn } from '../access/caller-arn.ts'
import type { Call } from '../kms.ts'
import { paged, pageOf } from '../paging.ts'
import type { Stored } from '../records.ts'
import { authorizeOnAccount } from '../service/account-resource.ts'
import type { Filter } from '../store.ts'
import { type ConsoleSession, consoleSessions, isOpen } from './session.ts'

/** Sessions that are read to find those that are open: more than a deployment has, and a bound to the work. */
const mostRead = 10_000

/** Sessions that are over, and not yet deleted, are not told of. */
export async function listConsoleSessions(
  call: Call,
  input: Input<typeof ListConsoleSessions>,
): Promise<Result<typeof ListConsoleSessions>> {
  const { kms, caller } = call
  if (input.everybody) authorizeOnAccount(call)
  const filter: Filter = input.everybody ? { account: [caller.accountId] } : { principal: [callerArn(caller)] }
  const { items } = await kms.records.list(consoleSessions, filter, { offset: 0, limit: mostRead, descending: true })
  const open: Stored<ConsoleSession>[] = []
  for (const session of items) if (await isOpen(kms, kms.records, session)) open.push(session)
  const { offset, limit } = pageOf(input)
  return {
    sessions: open.slice(offset, offset + limit).map((session) => described(session, caller.consoleSession)),
    ...paged(input, open.length),
  }
}

const described = ({ id, body }: Stored<ConsoleSession>, current: string | undefined) => ({
  sessionId: id,
  arn: body.principal,
  accessKeyId: body.accessKeyId,
  userAgent: body.userAgent,
  sourceAddress: body.sourceAddress,
  createTime: body.createdAt,
  lastUsedTime: body.lastUsedAt,
  expireTime: body.expiresAt,
  isCurrent: id === current,
})
