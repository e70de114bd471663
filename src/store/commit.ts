import type { Transaction } from 'kysely'
import { type Change, Conflict, type IndexEntry, type StoredRecord } from '../core/store.ts'
import { currentRows } from './current-rows.ts'
import type { Engine } from './engine.ts'
import { happenOnce } from './happen-once.ts'
import { indexEntries, type Row, storable, storableEntries } from './rows.ts'
import type { Tables } from './schema.ts'
import { nameOf, targetOf } from './targets.ts'

type Update = { readonly record: StoredRecord; readonly row: Row }

/**
 * Checks all changes against what is stored, then applies them: in few statements, each of which goes over a network.
 *
 * @throws Conflict before anything was written
 */
export async function commitChanges(
  transaction: Transaction<Tables>,
  engine: Engine,
  changes: readonly Change[],
): Promise<void> {
  const targets = changes.map(targetOf)
  await engine.claim(transaction, targets)
  const rows = await currentRows(transaction, engine, targets)
  for (const [index, { kind, id, expected }] of targets.entries()) {
    if (rows[index]?.revision !== expected) throw new Conflict(kind, id)
  }
  const inserted: StoredRecord[] = []
  const updated: Update[] = []
  const deleted: Row[] = []
  for (const [index, change] of changes.entries()) {
    const row = rows[index]
    if (change.type === 'insert') inserted.push(change.record)
    else if ((change.type === 'update' || change.type === 'rekey') && row) updated.push({ record: change.record, row })
    else if (change.type === 'delete' && row) deleted.push(row)
  }
  for (const change of changes) if (change.type === 'once') await happenOnce(transaction, engine, change)
  await deleteRecords(transaction, engine, deleted)
  await updateRecords(transaction, updated)
  await insertRecords(transaction, inserted)
}

async function deleteRecords(transaction: Transaction<Tables>, engine: Engine, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  await transaction
    .deleteFrom('records')
    .where('position', 'in', engine.set(rows.map(({ position }) => position)))
    .execute()
}

async function updateRecords(transaction: Transaction<Tables>, updates: readonly Update[]): Promise<void> {
  for (const { record, row } of updates) {
    const { revision, body, sealed, mac } = record
    const { numUpdatedRows } = await transaction
      .updateTable('records')
      .set({ revision, body, sealed: sealed ?? null, mac })
      .where('position', '=', row.position)
      .where('revision', '=', row.revision)
      .executeTakeFirst()
    if (numUpdatedRows !== 1n) throw new Conflict(record.kind, record.id)
    await updateIndexEntries(transaction, record, row)
  }
}

/** Most updates leave most entries as they are, so only the difference is written. */
async function updateIndexEntries(transaction: Transaction<Tables>, record: StoredRecord, row: Row): Promise<void> {
  const before = new Map(indexEntries(row).map((entry) => [entry.join('\0'), entry]))
  const after = new Map(storableEntries(record).map((entry) => [entry.join('\0'), entry]))
  for (const [key, [name, value]] of before) {
    if (after.delete(key)) continue
    await transaction
      .deleteFrom('record_indexes')
      .where('kind', '=', record.kind)
      .where('name', '=', name)
      .where('value', '=', value)
      .where('position', '=', row.position)
      .execute()
  }
  await insertIndexEntries(
    transaction,
    record.kind,
    [...after.values()].map((entry) => [row.position, entry]),
  )
}

/** Rows per statement; both databases bound the number of parameters (SQLite 32,766). */
const rowsPerInsert = 1000

export async function insertRecords(transaction: Transaction<Tables>, records: readonly StoredRecord[]): Promise<void> {
  for (let start = 0; start < records.length; start += rowsPerInsert) {
    const batch = records.slice(start, start + rowsPerInsert)
    const rows = await transaction
      .insertInto('records')
      .values(
        batch.map(({ kind, id, revision, body, sealed, mac }) => ({
          kind,
          id: storable(id),
          revision,
          body,
          sealed: sealed ?? null,
          mac,
        })),
      )
      .returning(['kind', 'id', 'position'])
      .execute()
    const positions = new Map(rows.map(({ kind, id, position }) => [nameOf(kind, id), position]))
    for (const [kind, sameKind] of Map.groupBy(batch, (record) => record.kind)) {
      const entries = sameKind.flatMap((record) => {
        const position = positions.get(nameOf(kind, storable(record.id)))
        if (position === undefined) throw new Error(`no position for ${kind} ${record.id}`)
        return storableEntries(record).map((entry): [number, IndexEntry] => [position, entry])
      })
      await insertIndexEntries(transaction, kind, entries)
    }
  }
}

async function insertIndexEntries(
  transaction: Transaction<Tables>,
  kind: string,
  entries: readonly (readonly [position: number, entry: IndexEntry])[],
): Promise<void> {
  for (let start = 0; start < entries.length; start += rowsPerInsert) {
    await transaction
      .insertInto('record_indexes')
      .values(
        entries
          .slice(start, start + rowsPerInsert)
          .map(([position, [name, value]]) => ({ kind, name, value, position })),
      )
      .execute()
  }
}
