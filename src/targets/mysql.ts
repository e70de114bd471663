import { isIP } from 'node:net'
import type { Connection } from 'mysql2/promise'
import { RotationFailure } from '../core/rotation-target.ts'
import { accountIn, type DatabaseAccount } from './database-account.ts'
import { type DatabasePlace, patienceMs } from './database-place.ts'
import type { DatabaseEngine, PasswordChange } from './database-target.ts'
import { copyGrants, describe, type Entry, entriesOf, type Query, spelled, usualPlugin } from './mysql-accounts.ts'
import { type MysqlPlugin, mysqlVerifier } from './mysql-verifier.ts'

/** MySQL error reference: ER_ACCESS_DENIED_ERROR; MariaDB's of an account that knows no passwords */
const refusals: ReadonlySet<unknown> = new Set([1045, 1698])

/**
 * Accounts of MySQL and MariaDB. The server never sees the password, only what it stores of it.
 *
 * An account is all entries of its name, whatever their hosts. The second account of a pair may do what the first may:
 * it is granted that before its password is set, so that who logs in has everything.
 */
export const mysql: DatabaseEngine = {
  usualPort: 3306,
  logIn: (place, account) => connected(place, account, async () => {}),
  isRefusal: (error) => error instanceof Error && 'errno' in error && refusals.has(error.errno),
  setPassword: (place, actor, change) =>
    connected(place, actor, async (query) => {
      // What the server prints of accounts and grants depends on the mode.
      await query(`set session sql_mode = ''`)
      await (change.state.admin === undefined ? setOwnPassword(query, change) : setPassword(query, change))
    }),
}

/** Only MariaDB lets an account without further privileges give a verifier; MySQL would have to be told the password. */
async function setOwnPassword(query: Query, { account, randomBytes }: PasswordChange): Promise<void> {
  const { isMariaDb } = await usualPlugin(query)
  if (!isMariaDb) throw new RotationFailure('MySQL needs CustomData.AdminSecret: an account cannot set a verifier.')
  const { plugin } = await describe(query, 'current_user()')
  await query(`set password = '${mysqlVerifier(plugin, account.AccountPassword, randomBytes)}'`)
}

async function setPassword(query: Query, { state, account, randomBytes }: PasswordChange): Promise<void> {
  const { AccountName: name, AccountPassword: password } = account
  const first = state.current === '' ? undefined : accountIn(state.current).AccountName
  if (first !== undefined && first !== name) await makeSecond(query, first, name, randomBytes)
  const entries = await entriesOf(query, name)
  if (entries.length > 0) {
    const changes = []
    for (const entry of entries) {
      const { plugin } = await describe(query, spelled(entry))
      changes.push(`${spelled(entry)} ${identified(plugin, mysqlVerifier(plugin, password, randomBytes))}`)
    }
    await query(`alter user ${changes.join(', ')}`)
    return
  }
  if (first !== undefined) throw new RotationFailure(`There is no account ${name}.`)
  const { plugin } = await usualPlugin(query)
  const verifier = mysqlVerifier(plugin, password, randomBytes)
  await query(`create user ${spelled({ user: name, host: '%' })} ${identified(plugin, verifier)}`)
}

/** Makes what is missing of the second account, with a password that nobody knows, and grants it what the first has. */
async function makeSecond(
  query: Query,
  first: string,
  second: string,
  randomBytes: PasswordChange['randomBytes'],
): Promise<void> {
  const present = new Set((await entriesOf(query, second)).map(({ host }) => host))
  for (const entry of await entriesOf(query, first)) {
    const other: Entry = { user: second, host: entry.host }
    const like = await describe(query, spelled(entry))
    if (!present.has(entry.host)) {
      const nobodys = Buffer.from(randomBytes(32)).toString('hex')
      const identification = identified(like.plugin, mysqlVerifier(like.plugin, nobodys, randomBytes))
      await query(`create user ${spelled(other)} ${identification}${like.conditions}`)
    }
    await copyGrants(query, entry, other)
    if (like.defaultRole !== undefined) await query(`alter user ${spelled(other)} default role ${like.defaultRole}`)
  }
}

/** MariaDB reads this form as well. */
const identified = (plugin: MysqlPlugin, verifier: string): string => `identified with ${plugin} as '${verifier}'`

async function connected(
  { host, port, tls }: DatabasePlace,
  { AccountName: user, AccountPassword: password }: DatabaseAccount,
  work: (query: Query) => Promise<void>,
): Promise<void> {
  // The driver compares a certificate with names only.
  if (tls && isIP(host) !== 0) {
    throw new RotationFailure('With TLS CustomData.Endpoint is a name, the one in the certificate.')
  }
  // Most servers rotate nothing; they need not load the driver.
  const { createConnection } = await import('mysql2/promise')
  const connection = await createConnection({
    ...{ host, port, user, password, connectTimeout: patienceMs, disableEval: true },
    ...(tls === false ? {} : { ssl: { ...tls, verifyIdentity: true } }),
  })
  // A connection that breaks between two statements says so by an event, which nobody else would hear.
  connection.on('error', () => {})
  try {
    await work(asking(connection))
    await connection.end()
  } finally {
    connection.destroy()
  }
}

const asking =
  (connection: Connection): Query =>
  async (sql, ...values) => {
    const [rows] = await connection.query({ sql, rowsAsArray: true, timeout: patienceMs }, [...values])
    return Array.isArray(rows) ? (rows as string[][]) : []
  }
