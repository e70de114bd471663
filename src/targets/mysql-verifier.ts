import { createHash } from 'node:crypto'
import { sha256Crypt } from './sha256-crypt.ts'

/** How an account of the MySQL family may prove its password; the names are the servers' own. */
const mysqlPlugins = ['mysql_native_password', 'caching_sha2_password'] as const
export type MysqlPlugin = (typeof mysqlPlugins)[number]

export const isMysqlPlugin = (name: string): name is MysqlPlugin => (mysqlPlugins as readonly string[]).includes(name)

const saltLength = 20
const saltAlphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** In thousands: what MySQL 8 takes itself (caching_sha2_password_digest_rounds). */
const thousandRounds = 5

/**
 * What the server stores of a password, so that the password itself need not be in the statement that sets it, where the
 * server's logs could show it.
 *
 * @param randomBytes - asked for the salt
 * @returns letters, digits and `$*./` only: nothing in it has to be quoted
 * @see MySQL reference manual, "Native Pluggable Authentication", "Caching SHA-2 Pluggable Authentication"
 */
export function mysqlVerifier(
  plugin: MysqlPlugin,
  password: string,
  randomBytes: (length: number) => Uint8Array,
): string {
  if (plugin === 'mysql_native_password') return `*${sha1(sha1(password)).toString('hex').toUpperCase()}`
  // The server's own salts are bytes below 128, but for zero and `$`; these are among them.
  const salt = Array.from(randomBytes(saltLength), (byte) => saltAlphabet.charAt(byte % saltAlphabet.length)).join('')
  const rounds = thousandRounds.toString(16).toUpperCase().padStart(3, '0')
  return `$A$${rounds}$${salt}${sha256Crypt(password, salt, thousandRounds * 1000)}`
}

const sha1 = (content: string | Uint8Array): Buffer => createHash('sha1').update(content).digest()
