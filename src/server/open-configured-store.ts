import { join } from 'node:path'
import type { Store } from '../core/store.ts'
import { openStore } from '../store/open-store.ts'
import type { Config } from './config/schema.ts'
import { isPostgresUrl } from './config/store-address.ts'
import type { Log } from './log.ts'

/** @throws StoreUnusable with one line that names the database, never its password */
export function openConfiguredStore({ data, store }: Config, log: Log): Promise<Store> {
  const warn = (message: string): void => log.write('warn', message)
  if (store !== undefined && isPostgresUrl(store)) return openStore({ engine: 'postgres', url: store }, warn)
  return openStore({ engine: 'sqlite', path: sqliteFile({ data, store }) }, warn)
}

/** @returns the SQLite file, or undefined for PostgreSQL */
export const databaseFile = (config: Config): string | undefined =>
  config.store !== undefined && isPostgresUrl(config.store) ? undefined : sqliteFile(config)

const sqliteFile = ({ data, store }: Pick<Config, 'data' | 'store'>): string => store ?? join(data, 'keyhaven.db')
