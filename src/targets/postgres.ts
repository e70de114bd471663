import type { Client } from 'pg'
import { RotationFailure } from '../core/rotation-target.ts'
import { accountIn, type DatabaseAccount } from './database-account.ts'
import { type DatabasePlace, patienceMs } from './database-place.ts'
import type { DatabaseEngine, PasswordChange } from './database-target.ts'
import { scramVerifier } from './scram.ts'

/** PostgreSQL, appendix A: invalid_password, invalid_authorization_specification */
const refusals: ReadonlySet<unknown> = new Set(['28P01', '28000'])

/** Accounts of PostgreSQL. The database never sees the password, only its SCRAM verifier. */
export const postgres: DatabaseEngine = {
  usualPort: 5432,
  logIn: (place, account) => connected(place, account, async () => {}),
  isRefusal: (error) => error instanceof Error && 'code' in error && refusals.has(error.code),
  setPassword: (place, actor, change) => connected(place, actor, (client) => setPassword(client, change)),
}

async function setPassword(client: Client, { state, account, randomBytes }: PasswordChange): Promise<void> {
  const { AccountName, AccountPassword } = account
  const name = client.escapeIdentifier(AccountName)
  const verifier = client.escapeLiteral(scramVerifier(AccountPassword, randomBytes(16)))
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [AccountName])
  if (rowCount !== 0) {
    await client.query(`alter role ${name} password ${verifier}`)
    return
  }
  if (state.current === '') {
    await client.query(`create role ${name} login password ${verifier}`)
    return
  }
  const first = accountIn(state.current).AccountName
  if (first === AccountName) throw new RotationFailure(`There is no account ${AccountName}.`)
  // What one of the two makes belongs to both: the second acts as the first.
  const group = client.escapeIdentifier(first)
  await client.query('begin')
  await client.query(`create role ${name} login password ${verifier} in role ${group}`)
  await client.query(`alter role ${name} set role to ${group}`)
  await client.query('commit')
}

async function connected(
  { host, port, database = 'postgres', tls: ssl }: DatabasePlace,
  { AccountName: user, AccountPassword: password }: DatabaseAccount,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  // Most servers rotate nothing; they need not load the driver.
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    ...{ host, port, database, ssl, user, password, application_name: 'keyhaven rotation' },
    ...{ connectionTimeoutMillis: patienceMs, query_timeout: patienceMs, statement_timeout: patienceMs },
  })
  // A connection that breaks between two statements says so by an event, which nobody else would hear.
  client.on('error', () => {})
  try {
    await client.connect()
    await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}
