import type { DeleteConsoleSession } from '../../api/console.ts'
import type { Input, Result } from '../../api/operation.ts'
import { callerArn } from '../access/caller-arn.ts'
import { KmsError, resourceNotFound } from '../errors.ts'
import type { Call } from '../kms.ts'
import { authorizeOnAccount } from '../service/account-resource.ts'
import { consoleSessions, endSessions } from './session.ts'

/**
 * Ends a session: one's own, or with the permission that of anybody in the account.
 *
 * @throws KmsError `InvalidConsoleSession` when the caller has none and names none; `Forbidden.ResourceNotFound`
 */
export async function deleteConsoleSession(
  call: Call,
  input: Input<typeof DeleteConsoleSession>,
): Promise<Result<typeof DeleteConsoleSession>> {
  const { kms, caller } = call
  const id = input.sessionId ?? caller.consoleSession
  if (id === undefined) throw new KmsError('InvalidConsoleSession')
  call.audit.resource = `console-session/${id}`
  const session = await kms.records.get(consoleSessions, id)
  const isOwn = session?.body.principal === callerArn(caller)
  // Before it is told whether there is one.
  if (!isOwn) authorizeOnAccount(call)
  if (session?.body.accountId !== caller.accountId) throw resourceNotFound('console session', id)
  await endSessions(kms, [session])
  if (call.console && id === caller.consoleSession) call.console.ended = true
  return {}
}
