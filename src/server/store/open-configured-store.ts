import { join } from 'node:path'
import type { Store } from '../../core/store.ts'
import type { PoolWatch } from '../../store/engines/pool-watch.ts'
import { openStore, type StoreOptions } from '../../store/open-store.ts'
import type { Config } from '../config/schema.ts'
import { isPostgresUrl } from '../config/store-address.ts'
import type { Log } from '../log.ts'
import { seenDatabase } from './seen-database.ts'
import { watchedStore } from './store-watch.ts'

/** Who looks at how a store fares. */
export interface Watchers {
  /** of `outageMemory`, where other threads use the store, too */
  readonly outages?: SharedArrayBuffer
  readonly pool?: PoolWatch
}

/** @throws StoreUnusable with one line that names the database, never its password */
export async function openConfiguredStore(
  config: Config,
  log: Log,
  { outages, pool: watch }: Watchers = {},
): Promise<Store> {
  const options = storeOptions(config)
  const memory = seenDatabase(config.data)
  return opened(options.engine === 'postgres' ? { ...options, memory, watch } : options, log, outages)
}

/**
 * For a thread beside the one that has opened it. That one alone writes a SQLite file: this one reads, and to begin with
 * waits for nobody who is writing just then.
 */
export async function openBesideMain(config: Config, log: Log, watchers: Watchers): Promise<Store> {
  const path = databaseFile(config)
  if (path === undefined) return openConfiguredStore(config, log, watchers)
  return opened({ engine: 'sqlite', path, isReader: true }, log, watchers.outages)
}

async function opened(options: StoreOptions, log: Log, memory: SharedArrayBuffer | undefined): Promise<Store> {
  const warn = (message: string): void => log.write('warn', message)
  return watchedStore(await openStore(options, warn), log, { memory })
}

export const storeOptions = ({ data, store }: Config): StoreOptions =>
  store !== undefined && isPostgresUrl(store)
    ? { engine: 'postgres', url: store }
    : { engine: 'sqlite', path: sqliteFile({ data, store }) }

/** @returns the SQLite file, or undefined for PostgreSQL */
export const databaseFile = (config: Config): string | undefined =>
  config.store !== undefined && isPostgresUrl(config.store) ? undefined : sqliteFile(config)

const sqliteFile = ({ data, store }: Pick<Config, 'data' | 'store'>): string => store ?? join(data, 'keyhaven.db')
