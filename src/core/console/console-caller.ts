import type { Caller } from '../access/caller.ts'
import { findCredential } from '../callers/credentials.ts'
import { KmsError } from '../errors.ts'
import type { Kms } from '../kms.ts'
import { accessKeysOf } from '../ram/access-key.ts'
import type { Stored } from '../records.ts'
import { formatTime } from '../time.ts'
import { type ConsoleSession, consoleSessionId, consoleSessions, isOpen, lastUseGrainMs } from './session.ts'

type WhoCalls = Omit<Caller, 'sourceAddress' | 'secureTransport'>

/**
 * Who calls by a session of the console: whoever signed in, with the policies of now. A use prolongs the session.
 *
 * @param token - what the cookie holds
 * @returns `undefined` when no session that is open belongs to it
 */
export async function consoleCaller(kms: Kms, token: string): Promise<WhoCalls | undefined> {
  const session = await kms.records.get(consoleSessions, consoleSessionId(token))
  if (session === undefined || !(await isOpen(kms, kms.records, session))) return undefined
  const credential = await findCredential(kms, session.body.accessKeyId)
  if (credential?.status !== 'Active') return undefined
  if (!(await noteUse(kms, session))) return undefined
  return { ...credential.caller, consoleSession: session.id }
}

/** @returns whether the session is still there */
async function noteUse(kms: Kms, { id, body }: Stored<ConsoleSession>): Promise<boolean> {
  const now = kms.now().getTime()
  if (now - Date.parse(body.lastUsedAt) < lastUseGrainMs(kms)) return true
  try {
    return await kms.records.transaction(async (transaction) => {
      const session = await transaction.get(consoleSessions, id)
      if (session === undefined) return false
      const lastUsedAt = formatTime(new Date(now))
      if (session.body.lastUsedAt < lastUsedAt)
        await transaction.update(consoleSessions, session, { ...session.body, lastUsedAt })
      return true
    })
  } catch (error) {
    // A store that takes no writes for a while may still be looked at; the session ends a little earlier then.
    if (error instanceof KmsError && error.code === 'ServiceUnavailableTemporary') return true
    throw error
  }
}

/** Who signs in on the machine of a server in development mode: the account, by its first AccessKey. */
export async function developmentCaller(kms: Kms): Promise<WhoCalls | undefined> {
  const own = await accessKeysOf(kms.records, kms.settings.accountId, undefined)
  const key = own.find(({ body }) => body.status === 'Active')
  return key && (await findCredential(kms, key.id))?.caller
}
