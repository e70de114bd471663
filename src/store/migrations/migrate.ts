import type { Kysely, Transaction } from 'kysely'
import { type Engine, StoreUnusable } from '../engine.ts'
import type { ColumnTypes, Tables } from '../schema.ts'
import { createRecords } from './0001-records.ts'
import { noteDerivedKeys } from './0002-derived-keys.ts'
import { countInBlocks } from './0003-index-blocks.ts'
import { noteChangedRootKeys } from './0004-changed-root-keys.ts'
import { countFacets } from './0005-facets.ts'
import { createHappened } from './0006-happened.ts'

type Migration = (database: Kysely<never>, types: ColumnTypes) => Promise<void>

/** In order, and only ever added to: a database at version n has seen the first n. */
const migrations: readonly Migration[] = [
  createRecords,
  noteDerivedKeys,
  countInBlocks,
  noteChangedRootKeys,
  countFacets,
  createHappened,
]

export const newestSchema = migrations.length

/**
 * Brings a database to the newest schema, in one transaction.
 * @throws StoreUnusable when a newer release has written it: an old one would misread it
 */
export async function migrate(database: Kysely<Tables>, engine: Engine): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    // The only statement that may meet a second starter; the claim makes that one wait until the schema is there.
    await engine.claim(transaction, [{ kind: 'store', id: 'schema', isWrite: true }])
    await transaction.schema
      .createTable('store_meta')
      .ifNotExists()
      .addColumn('name', engine.columnTypes.text, (column) => column.primaryKey())
      .addColumn('value', engine.columnTypes.text, (column) => column.notNull())
      .execute()
    const version = await schemaVersion(transaction)
    if (version > migrations.length) throw newerSchema(engine, version)
    for (const apply of migrations.slice(version)) {
      await apply(transaction as unknown as Kysely<never>, engine.columnTypes)
    }
    await writeSchemaVersion(transaction, migrations.length)
  })
}

export async function schemaVersion(transaction: Kysely<Tables>): Promise<number> {
  const row = await transaction
    .selectFrom('store_meta')
    .select('value')
    .where('name', '=', 'schema_version')
    .executeTakeFirst()
  return Number(row?.value ?? 0)
}

async function writeSchemaVersion(transaction: Transaction<Tables>, version: number): Promise<void> {
  const value = String(version)
  await transaction
    .insertInto('store_meta')
    .values({ name: 'schema_version', value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

const newerSchema = (engine: Engine, version: number): StoreUnusable =>
  new StoreUnusable(`${engine.location} ${ofNewerRelease(version)}.`)

/** The end of a sentence about a database that a newer release has written. */
export const ofNewerRelease = (version: number): string =>
  `was written by a newer release of Keyhaven (schema ${version}, this one knows ${migrations.length}). Start that ` +
  `release, or restore a backup made before the upgrade`
