import type { Store } from '../core/store.ts'
import type { Engine } from './engine.ts'
import type { PostgresOptions } from './engines/postgres.ts'
import { type SqliteOptions, sqliteEngine } from './engines/sqlite.ts'
import { SqlStore } from './sql-store.ts'

export type StoreOptions =
  | ({ readonly engine: 'sqlite' } & SqliteOptions)
  | ({ readonly engine: 'postgres' } & PostgresOptions)

/**
 * Opens a store, bringing its schema up to date.
 *
 * @param warn - told of settings of the database that endanger durability, one sentence each
 * @throws StoreUnusable with one line that names the database and says what is wrong
 */
export async function openStore(options: StoreOptions, warn: (message: string) => void = () => {}): Promise<Store> {
  return SqlStore.open(await openEngine(options, warn))
}

/** @throws StoreUnusable */
export async function openEngine(options: StoreOptions, warn: (message: string) => void = () => {}): Promise<Engine> {
  if (options.engine === 'sqlite') return sqliteEngine(options)
  // a start without PostgreSQL need not wait for its driver
  const { postgresEngine } = await import('./engines/postgres.ts')
  return postgresEngine(options, warn)
}
