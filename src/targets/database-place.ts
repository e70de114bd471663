import { RotationFailure, type RotationState } from '../core/rotation-target.ts'
import { isAllowedHost } from './allowed-host.ts'

export interface DatabaseOptions {
  /** addresses that secrets may name, see {@link isAllowedHost} */
  readonly allowedHosts: readonly string[]
  /** PEM: whom to trust instead of the system's authorities */
  readonly ca?: string | undefined
  readonly randomBytes: (length: number) => Uint8Array
}

/** Far below the lease of a rotation, so that nobody takes over from one who is still at work. */
export const patienceMs = 10_000

/** Where a database listens, as CustomData of a secret says. */
export interface DatabasePlace {
  readonly host: string
  readonly port: number
  /** undefined when the secret names none */
  readonly database: string | undefined
  /** whom to trust; false: without TLS */
  readonly tls: { readonly rejectUnauthorized: true; readonly ca?: string } | false
}

/** @throws RotationFailure for an address that is missing, or that the operator does not name */
export function placeOf(
  { config }: RotationState,
  { allowedHosts, ca }: DatabaseOptions,
  usualPort: number,
): DatabasePlace {
  const { Endpoint, Port, DBName, Tls } = (config.CustomData ?? {}) as Readonly<Record<string, unknown>>
  const host = typeof Endpoint === 'string' ? Endpoint : ''
  const port = Number(Port ?? usualPort)
  if (host === '' || !Number.isInteger(port)) throw new RotationFailure('CustomData needs Endpoint and Port.')
  if (!isAllowedHost(allowedHosts, host, port)) {
    throw new RotationFailure(`The setting rotationHosts does not name ${host}:${port}.`)
  }
  // Over a network a password travels as a proof only, but the answers and statements should not be read either.
  const tls = Tls === 'off' ? false : { rejectUnauthorized: true as const, ...(ca === undefined ? {} : { ca }) }
  return { host, port, database: typeof DBName === 'string' && DBName !== '' ? DBName : undefined, tls }
}

/** Says where and what, in the database's own words: they hold no password, since none was in a statement. */
export function databaseFailure({ host, port }: DatabasePlace, error: unknown): RotationFailure {
  if (error instanceof RotationFailure) return error
  const why = error instanceof Error ? error.message : 'unknown reason'
  return new RotationFailure(`The database ${host}:${port} refused: ${why.replace(/\.?$/, '.')}`, error)
}
