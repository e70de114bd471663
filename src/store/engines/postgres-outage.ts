import pg from 'pg'
import type { Outage } from '../engine.ts'
import { NotPrimary } from './postgres-identity.ts'
import { NoConnection, NoPrimary } from './postgres-pool.ts'

/**
 * SQLSTATEs under which a database cannot be used at present, whatever it is asked (PostgreSQL, appendix A): whole
 * classes by their first two characters, single states by all five.
 */
const states: ReadonlyMap<string, string> = new Map([
  ['08', 'is out of reach'],
  ['28', 'refuses this user'],
  ['3D', 'does not exist'],
  ['53', 'is short of disk, memory or connections'],
  ['58', 'fails on its disk'],
  ['25006', 'takes no writes: it is read-only, perhaps a standby'],
  ['25P03', 'has ended a transaction that took too long'],
  ['55P03', 'keeps a lock for too long'],
  ['57014', 'has cancelled a statement'],
  ['57P01', 'was shut down'],
  ['57P02', 'has crashed'],
  ['57P03', 'does not take connections yet'],
  ['57P05', 'has closed an idle connection'],
])

/** What the driver says when a connection is not there or not to be had; it gives these errors no code. */
const ofTheDriver = /^(Connection terminated|Client (has|was)|timeout exceeded|Postgres connection has been discarded)/

const ofWrites: ReadonlySet<string> = new Set(['25006', '53100'])

/** What is wrong, when an error means that the database cannot be used at present. */
export function postgresOutage(error: unknown): Outage | undefined {
  const what = describe(error)
  const isReadable = error instanceof pg.DatabaseError && ofWrites.has(error.code ?? '')
  return what === undefined ? undefined : { what, isReadable }
}

function describe(error: unknown): string | undefined {
  if (error instanceof NoConnection) return describe(error.cause) ?? `does not answer (${error.message}).`
  if (error instanceof NotPrimary) return `${error.message}.`
  if (error instanceof NoPrimary) return `has no primary (${[...error.reasons].map(describeServer).join('; ')}).`
  if (error instanceof pg.DatabaseError) {
    const { code = '' } = error
    const what = states.get(code) ?? states.get(code.slice(0, 2))
    return what && `${what} (${error.message}).`
  }
  if (error instanceof AggregateError) return error.errors.map(describe).find((what) => what !== undefined)
  if (!(error instanceof Error)) return undefined
  const isOfTheSystem = 'syscall' in error && 'code' in error
  return isOfTheSystem || ofTheDriver.test(error.message) ? `does not answer (${error.message}).` : undefined
}

const describeServer = ([name, error]: readonly [string, unknown]): string =>
  `${name} ${(describe(error) ?? `does not answer (${error}).`).slice(0, -1)}`

const ofLostConnections: ReadonlySet<string> = new Set(['57P01', '57P02', '57P05', '25P03'])

/** Whether a connection broke that had been there: another one may be had at once. */
export function isLostConnection(error: unknown): boolean {
  if (error instanceof NoConnection) return false
  if (error instanceof pg.DatabaseError) return ofLostConnections.has(error.code ?? '')
  return describe(error) !== undefined
}
