import type { Client, ClientConfig } from 'pg'
import { RotationFailure, type RotationState, type RotationTarget } from '../core/rotation-target.ts'
import { isAllowedHost } from './allowed-host.ts'
import { accountIn, administratorIn, type DatabaseAccount, nextAccountName } from './database-account.ts'
import { newPassword } from './new-password.ts'
import { scramVerifier } from './scram.ts'

export interface PostgresTargetOptions {
  /** addresses that secrets may name, see {@link isAllowedHost} */
  readonly allowedHosts: readonly string[]
  /** PEM: whom to trust beside the system's authorities */
  readonly ca?: string | undefined
  readonly randomBytes: (length: number) => Uint8Array
}

/** Far below the lease of a rotation, so that nobody takes over from one who is still at work. */
const patienceMs = 10_000
/** PostgreSQL, appendix A: invalid_password, invalid_authorization_specification */
const refusals: ReadonlySet<unknown> = new Set(['28P01', '28000'])

interface Place {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly ssl: ClientConfig['ssl']
}

/**
 * Rotates the password of a PostgreSQL account. With AdminSecret an administrator sets it, and makes the second account
 * of a pair as a member of the first; without, an account sets its own. The database never sees the password, only its
 * SCRAM verifier.
 */
export function postgresTarget(options: PostgresTargetOptions): RotationTarget {
  return {
    async prepare(state) {
      placeOf(state, options)
      const account = { AccountName: nextAccountName(state), AccountPassword: newPassword(options.randomBytes) }
      return JSON.stringify(account)
    },
    async apply(state, next) {
      const place = placeOf(state, options)
      const account = accountIn(next)
      await asSomebody(state, place, account, (client) => setPassword(client, state, account, options))
    },
    async accepts(state, value) {
      const place = placeOf(state, options)
      try {
        await connected(place, accountIn(value), async () => {})
        return true
      } catch (error) {
        if (isRefusal(error)) return false
        throw failure(place, error)
      }
    },
  }
}

const isRefusal = (error: unknown): boolean => error instanceof Error && 'code' in error && refusals.has(error.code)

/** Whoever may set the password: the administrator, else the account with the password that it has now. */
async function asSomebody(
  state: RotationState,
  place: Place,
  account: DatabaseAccount,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  try {
    await connected(place, actorFor(state, account), work)
  } catch (error) {
    throw failure(place, error)
  }
}

function actorFor(state: RotationState, account: DatabaseAccount): DatabaseAccount {
  if (state.admin !== undefined) return administratorIn(state.admin)
  const held = [state.current, state.previous].flatMap((value) => (value ? [accountIn(value)] : []))
  const own = held.find(({ AccountName }) => AccountName === account.AccountName)
  if (own === undefined) throw new RotationFailure(`CustomData.AdminSecret is needed to make ${account.AccountName}.`)
  return own
}

async function setPassword(
  client: Client,
  state: RotationState,
  { AccountName, AccountPassword }: DatabaseAccount,
  { randomBytes }: PostgresTargetOptions,
): Promise<void> {
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
  place: Place,
  { AccountName: user, AccountPassword: password }: DatabaseAccount,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  // Most servers rotate nothing; they need not load the driver.
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    ...{ ...place, user, password, application_name: 'keyhaven rotation' },
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

/** @throws RotationFailure */
function placeOf({ config }: RotationState, { allowedHosts, ca }: PostgresTargetOptions): Place {
  const { Endpoint, Port, DBName, Tls } = (config.CustomData ?? {}) as Readonly<Record<string, unknown>>
  const host = typeof Endpoint === 'string' ? Endpoint : ''
  const port = Number(Port ?? 5432)
  if (host === '' || !Number.isInteger(port)) throw new RotationFailure('CustomData needs Endpoint and Port.')
  if (!isAllowedHost(allowedHosts, host, port)) {
    throw new RotationFailure(`The setting rotationHosts does not name ${host}:${port}.`)
  }
  // Over a network a password travels as a proof only, but the answers and statements should not be read either.
  const ssl = Tls === 'off' ? false : { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) }
  return { host, port, database: typeof DBName === 'string' && DBName !== '' ? DBName : 'postgres', ssl }
}

/** Says where and what, in the database's own words: they hold no password, since none was sent. */
function failure({ host, port }: Place, error: unknown): RotationFailure {
  if (error instanceof RotationFailure) return error
  const why = error instanceof Error ? error.message : 'unknown reason'
  return new RotationFailure(`The database ${host}:${port} refused: ${why.replace(/\.?$/, '.')}`, error)
}
