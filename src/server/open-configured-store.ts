import { join } from 'node:path'
import type { Store } from '../core/store.ts'
import { openStore, type StoreOptions } from '../store/open-store.ts'
import type { Config } from './config/schema.ts'
import { isPostgresUrl } from './config/store-address.ts'
import type { Log } from './log.ts'
import { seenDatabase } from './seen-database.ts'
import { watchedStore } from './store-watch.ts'

/**
 * @param outages - of `outageMemory`, where other threads use the store, too
 * @throws StoreUnusable with one line that names the database, never its password
 */
export async function openConfiguredStore(config: Config, log: Log, outages?: SharedArrayBuffer): Promise<Store> {
  const warn = (message: string): void => log.write('warn', message)
  const options = storeOptions(config)
  const memory = seenDatabase(config.data)
  const store = await openStore(options.engine === 'postgres' ? { ...options, memory } : options, warn)
  return watchedStore(store, log, { memory: outages })
}

export const storeOptions = ({ data, store }: Config): StoreOptions =>
  store !== undefined && isPostgresUrl(store)
    ? { engine: 'postgres', url: store }
    : { engine: 'sqlite', path: sqliteFile({ data, store }) }

/** @returns the SQLite file, or undefined for PostgreSQL */
export const databaseFile = (config: Config): string | undefined =>
  config.store !== undefined && isPostgresUrl(config.store) ? undefined : sqliteFile(config)

const sqliteFile = ({ data, store }: Pick<Config, 'data' | 'store'>): string => store ?? join(data, 'keyhaven.db')
