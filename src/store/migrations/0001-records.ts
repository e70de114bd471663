import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../schema.ts'

export async function createRecords(database: Kysely<never>, types: ColumnTypes): Promise<void> {
  await database.schema
    .createTable('records')
    .addColumn('position', types.position)
    .addColumn('kind', types.text, (column) => column.notNull())
    .addColumn('id', types.text, (column) => column.notNull())
    .addColumn('revision', types.integer, (column) => column.notNull())
    .addColumn('body', types.text, (column) => column.notNull())
    .addColumn('sealed', types.bytes)
    .addColumn('mac', types.bytes, (column) => column.notNull())
    .addUniqueConstraint('records_kind_id', ['kind', 'id'])
    .execute()
  await database.schema.createIndex('records_kind_position').on('records').columns(['kind', 'position']).execute()
  await database.schema
    .createTable('record_indexes')
    .addColumn('kind', types.text, (column) => column.notNull())
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('value', types.text, (column) => column.notNull())
    .addColumn('position', types.integer, (column) =>
      column.notNull().references('records.position').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('record_indexes_key', ['kind', 'name', 'value', 'position'])
    .modifyEnd(types.keyedTable)
    .execute()
  // For the entries of one record; without it every deletion would read the whole table.
  await database.schema.createIndex('record_indexes_position').on('record_indexes').column('position').execute()
}
