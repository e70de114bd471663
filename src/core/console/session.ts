import { sha256 } from '../../crypto/hash.ts'
import { dueEntries, duePeriods } from '../due.ts'
import { type ConsoleSettings, type Kms, usualConsole } from '../kms.ts'
import { accessKeys } from '../ram/access-key.ts'
import { type RecordReader, recordKind, type Stored } from '../records.ts'
import { sessions as stsSessions } from '../sts/session.ts'
import { formatTime } from '../time.ts'

/** A browser that is signed in. Record id = SHA-256 of what its cookie holds, hex; the cookie itself is kept nowhere. */
export interface ConsoleSession {
  readonly accountId: string
  /** ARN of who is signed in */
  readonly principal: string
  readonly accessKeyId: string
  /** of the AccessKey's record when it signed in: whatever is changed about the AccessKey ends its sessions */
  readonly accessKeyRevision: number
  readonly userAgent: string
  readonly sourceAddress: string
  readonly createdAt: string
  readonly lastUsedAt: string
  readonly expiresAt: string
}

export const consoleSessions = recordKind<ConsoleSession>({
  name: 'console-session',
  indexes: ({ accountId, principal, expiresAt }) => [
    ['account', accountId],
    ['principal', principal],
    ...dueEntries(expiresAt),
  ],
})

/** Only the hash of what opens a session is kept (SEC-37). */
export const consoleSessionId = (token: string): string =>
  Buffer.from(sha256(new TextEncoder().encode(token))).toString('hex')

export const consoleSettings = ({ settings }: Kms): ConsoleSettings => settings.console ?? usualConsole

/** How exactly the last use is kept: writing it at every call would cost every call a commit. */
export const lastUseGrainMs = (kms: Kms): number => Math.min(60, consoleSettings(kms).idleSeconds / 15) * 1000

/** Whether a session is still open. Its AccessKey must be what it was when it signed in. */
export async function isOpen(kms: Kms, reader: RecordReader, { body }: Stored<ConsoleSession>): Promise<boolean> {
  const now = kms.now().getTime()
  const idleUntil = Date.parse(body.lastUsedAt) + consoleSettings(kms).idleSeconds * 1000
  if (now >= Math.min(idleUntil, Date.parse(body.expiresAt))) return false
  return (await accessKeyRevision(reader, body.accessKeyId)) === body.accessKeyRevision
}

/** @returns `undefined` when there is no such AccessKey */
export async function accessKeyRevision(reader: RecordReader, accessKeyId: string): Promise<number | undefined> {
  const record = accessKeyId.startsWith('STS.')
    ? await reader.get(stsSessions, accessKeyId)
    : await reader.get(accessKeys, accessKeyId)
  return record?.revision
}

/** What a browser is told of its session. */
export const describeOwn = (kms: Kms, { id, body }: Stored<ConsoleSession>) => ({
  sessionId: id,
  arn: body.principal,
  accountId: body.accountId,
  accessKeyId: body.accessKeyId,
  idleSeconds: consoleSettings(kms).idleSeconds,
  expireTime: body.expiresAt,
  withheld: consoleSettings(kms).deny,
})

const batchSize = 500

/** Deletes sessions whose time is over; run now and then. */
export async function deleteExpiredConsoleSessions(kms: Kms): Promise<void> {
  const due = duePeriods(kms.now())
  const now = formatTime(kms.now())
  for (let kept = 0; ; ) {
    const { items } = await kms.records.list(consoleSessions, { due }, { offset: kept, limit: batchSize })
    const expired = items.filter(({ body }) => body.expiresAt <= now)
    await endSessions(kms, expired)
    kept += items.length - expired.length
    if (items.length < batchSize) return
  }
}

/** Another node may have been faster. */
export async function endSessions(kms: Kms, ended: readonly { readonly id: string }[]): Promise<void> {
  if (ended.length === 0) return
  await kms.records.transaction(async (transaction) => {
    for (const { id } of ended) {
      const session = await transaction.get(consoleSessions, id)
      if (session) await transaction.delete(consoleSessions, session)
    }
  })
}
