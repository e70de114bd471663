import { sha256 } from '../../crypto/hash.ts'
import type { TokenHolder } from '../access/federation.ts'
import { dueEntries, duePeriods } from '../due.ts'
import type { Kms } from '../kms.ts'
import { recordKind } from '../records.ts'

/** Temporary credentials of a role; the sealed secret is their AccessKeySecret. Record id = AccessKey ID, `STS.…`. */
export interface Session {
  readonly accountId: string
  readonly roleName: string
  readonly roleId: string
  readonly sessionName: string
  /** SHA-256 of the SecurityToken, base64 */
  readonly tokenHash: string
  /** JSON text of the session policy, checked */
  readonly policy?: string | undefined
  readonly sourceIdentity?: string | undefined
  /** whose token of an identity provider opened it, or a session before it */
  readonly tokenHolder?: TokenHolder | undefined
  readonly createdAt: string
  readonly expiresAt: string
}

export const sessions = recordKind<Session>({
  name: 'sts-session',
  indexes: (session) => [['account', session.accountId], ...dueEntries(session.expiresAt)],
  binding: (session) => [session.accountId, session.roleId, session.sessionName, session.expiresAt],
})

/** Only the hash of a token is kept (SEC-37). */
export const hashToken = (token: string): Uint8Array => sha256(new TextEncoder().encode(token))

/** How long an expired session is kept, so that its user is told that it expired and not that it is unknown. */
const keptSeconds = 86_400

const batchSize = 500

/** Deletes sessions that expired more than a day ago; run now and then. @returns how many */
export async function deleteExpiredSessions(kms: Kms): Promise<number> {
  const before = new Date(kms.now().getTime() - keptSeconds * 1000)
  const due = duePeriods(before)
  let deleted = 0
  // What is not to be deleted yet, later on the same day, stays at the front of the list.
  for (let kept = 0; ; ) {
    const { items } = await kms.records.list(sessions, { due }, { offset: kept, limit: batchSize })
    const expired = items.filter(({ body }) => Date.parse(body.expiresAt) <= before.getTime())
    await deleteAll(kms, expired)
    deleted += expired.length
    kept += items.length - expired.length
    if (items.length < batchSize) return deleted
  }
}

/** Another node may have been faster. */
async function deleteAll(kms: Kms, expired: readonly { readonly id: string }[]): Promise<void> {
  await kms.records.transaction(async (transaction) => {
    for (const { id } of expired) {
      const session = await transaction.get(sessions, id)
      if (session !== undefined) await transaction.delete(sessions, session)
    }
  })
}
