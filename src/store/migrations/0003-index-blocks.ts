import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from '../schema.ts'

/**
 * Beside the index of accounts, how many entries it has in each block of positions, kept by the database itself. Lists of
 * an account know their total and where a page begins without walking through all that is before it.
 *
 * Only where one connection writes at a time: elsewhere everybody who adds a record would wait for the same row.
 */
export async function countInBlocks(database: Kysely<never>, types: ColumnTypes): Promise<void> {
  if (!types.writesOneAtATime) return
  await database.schema
    .createTable('index_blocks')
    .addColumn('kind', types.text, (column) => column.notNull())
    .addColumn('value', types.text, (column) => column.notNull())
    .addColumn('block', types.integer, (column) => column.notNull())
    .addColumn('entries', types.integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('index_blocks_key', ['kind', 'value', 'block'])
    .modifyEnd(types.keyedTable)
    .execute()
  const counted = sql.lit('account')
  const bits = sql.lit(12)
  await sql`
    insert into index_blocks (kind, value, block, entries)
    select kind, value, position >> ${bits}, count(*) from record_indexes where name = ${counted} group by 1, 2, 3
  `.execute(database)
  await sql`
    create trigger index_blocks_add after insert on record_indexes when new.name = ${counted} begin
      insert into index_blocks (kind, value, block, entries) values (new.kind, new.value, new.position >> ${bits}, 1)
      on conflict do update set entries = entries + 1;
    end
  `.execute(database)
  await sql`
    create trigger index_blocks_remove after delete on record_indexes when old.name = ${counted} begin
      update index_blocks set entries = entries - 1
      where kind = old.kind and value = old.value and block = old.position >> ${bits};
    end
  `.execute(database)
}
