import type { GetConsoleSession } from '../../api/console.ts'
import type { Input, Result } from '../../api/operation.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { consoleSessions, describeOwn } from './session.ts'

/** @throws KmsError `InvalidConsoleSession` when the caller has none */
export async function getConsoleSession(
  { kms, caller }: Call,
  _input: Input<typeof GetConsoleSession>,
): Promise<Result<typeof GetConsoleSession>> {
  const { consoleSession: id } = caller
  const session = id === undefined ? undefined : await kms.records.get(consoleSessions, id)
  if (session === undefined) throw new KmsError('InvalidConsoleSession')
  return describeOwn(kms, session)
}
