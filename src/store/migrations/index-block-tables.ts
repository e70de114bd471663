import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from '../schema.ts'

/** Writers come one after the other: each block has one row, which each of them changes. */
export async function createBlocksOfOneWriter(database: Kysely<never>, types: ColumnTypes): Promise<void> {
  await sql`drop trigger index_blocks_add`.execute(database)
  await sql`drop trigger index_blocks_remove`.execute(database)
  await database.schema.dropTable('index_blocks').execute()
  await blocksTable(database, types)
    .addPrimaryKeyConstraint('index_blocks_key', ['kind', 'name', 'value', 'block'])
    .modifyEnd(types.keyedTable)
    .execute()
  await sql`
    create trigger index_blocks_add after insert on record_indexes when new.name in ('account', 'facets') begin
      insert into index_blocks (kind, name, value, block, entries)
      values (new.kind, new.name, new.value, new.position >> 12, 1)
      on conflict do update set entries = entries + 1;
    end
  `.execute(database)
  await sql`
    create trigger index_blocks_remove after delete on record_indexes when old.name in ('account', 'facets') begin
      update index_blocks set entries = entries - 1
      where kind = old.kind and name = old.name and value = old.value and block = old.position >> 12;
      delete from index_blocks
      where kind = old.kind and name = old.name and value = old.value and block = old.position >> 12 and entries = 0;
    end
  `.execute(database)
}

/**
 * Many write at once, and who changed the row of a block would make all others wait until he has committed. So each
 * statement adds a row with what it changed, and the sum of the rows is the count: in every snapshot, since they come with
 * what they count. One in some tens of writers makes one row of those that it sees, but for those that another is at.
 */
export async function createBlocksOfMany(database: Kysely<never>, types: ColumnTypes): Promise<void> {
  await blocksTable(database, types).execute()
  const columns = ['kind', 'name', 'value', 'block']
  await database.schema.createIndex('index_blocks_key').on('index_blocks').columns(columns).execute()
  await sql`
    create function index_blocks_merge(of_kind text, of_name text, of_value text, of_block bigint) returns void
    language sql as $$
      with merged as (
        delete from index_blocks where ctid in (
          select ctid from index_blocks
          where kind = of_kind and name = of_name and value = of_value and block = of_block
          for update skip locked
        ) returning entries
      )
      insert into index_blocks (kind, name, value, block, entries)
      select of_kind, of_name, of_value, of_block, sum(entries) from merged having sum(entries) <> 0
    $$
  `.execute(database)
  for (const [event, sign] of [
    ['insert', 1],
    ['delete', -1],
  ] as const) {
    const name = sql.raw(`index_blocks_${event}`)
    await sql`
      create function ${name}() returns trigger language plpgsql as $$
      begin
        insert into index_blocks (kind, name, value, block, entries)
        select kind, name, value, position >> 12, ${sql.lit(sign)} * count(*) from changed
        where name in ('account', 'facets') group by 1, 2, 3, 4;
        perform index_blocks_merge(kind, name, value, block) from (
          select distinct kind, name, value, position >> 12 as block from changed
          where name in ('account', 'facets') and position & 63 = 0
        ) as touched;
        return null;
      end $$
    `.execute(database)
    const table = sql.raw(event === 'insert' ? 'new table' : 'old table')
    await sql`
      create trigger ${name} after ${sql.raw(event)} on record_indexes
      referencing ${table} as changed for each statement execute function ${name}()
    `.execute(database)
  }
}

const blocksTable = (database: Kysely<never>, types: ColumnTypes) =>
  database.schema
    .createTable('index_blocks')
    .addColumn('kind', types.text, (column) => column.notNull())
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('value', types.text, (column) => column.notNull())
    .addColumn('block', types.integer, (column) => column.notNull())
    .addColumn('entries', types.integer, (column) => column.notNull())
