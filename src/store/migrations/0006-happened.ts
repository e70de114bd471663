import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../schema.ts'

/** What may happen once, until a time that is over some day. */
export async function createHappened(database: Kysely<never>, types: ColumnTypes): Promise<void> {
  await database.schema
    .createTable('happened')
    .addColumn('mark', types.text, (column) => column.primaryKey())
    .addColumn('until', types.integer, (column) => column.notNull())
    .modifyEnd(types.keyedTable)
    .execute()
  await database.schema.createIndex('happened_until').on('happened').column('until').execute()
}
