import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'

/** PostgreSQL's own default (scram_iterations). */
const iterations = 4096

/**
 * What PostgreSQL stores of a password, so that the password itself need not be in the statement that sets it, where the
 * server's log could show it: `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`.
 *
 * @param password - ASCII, which SASLprep (RFC 4013) leaves as it is
 * @param salt - 16 random bytes
 * @see RFC 5802 §3; PostgreSQL documentation, pg_authid
 */
export function scramVerifier(password: string, salt: Uint8Array): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const key = (name: string) => createHmac('sha256', salted).update(name).digest()
  const storedKey = createHash('sha256').update(key('Client Key')).digest('base64')
  const encodedSalt = Buffer.from(salt).toString('base64')
  return `SCRAM-SHA-256$${iterations}:${encodedSalt}$${storedKey}:${key('Server Key').toString('base64')}`
}
