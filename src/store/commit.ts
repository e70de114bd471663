import { sql, type Transaction } from 'kysely'
import { type Change, Conflict, type IndexEntry, type StoredRecord } from '../core/store.ts'
import type { Engine } from './engine.ts'
import { indexEntries, type Row, storable } from './rows.ts'
import type { Tables } from './schema.ts'
import { currentRows, nameOf, targetOf } from './targets.ts'

type Update = { readonly record: StoredRecord; readonly row: Row }

/** What became of one commit of a group. */
export type Applied = { readonly hasDestroyedSecrets: boolean } | { readonly error: unknown }

/**
 * Applies commits one after the other: each is whole, and one that fails leaves the others as they are.
 * @throws when a failure ended the whole transaction
 */
export async function commitGroup(
  transaction: Transaction<Tables>,
  engine: Engine,
  group: readonly (readonly Change[])[],
): Promise<Applied[]> {
  const [alone, ...others] = group
  // a transaction of its own is all that a single commit needs
  if (alone && others.length === 0) return [{ hasDestroyedSecrets: await commitChanges(transaction, engine, alone) }]
  const applied: Applied[] = []
  for (const changes of group) {
    await sql`savepoint commit_of_group`.execute(transaction)
    applied.push(await commitOne(transaction, engine, changes))
    await sql`release commit_of_group`.execute(transaction)
  }
  return applied
}

async function commitOne(
  transaction: Transaction<Tables>,
  engine: Engine,
  changes: readonly Change[],
): Promise<Applied> {
  try {
    return { hasDestroyedSecrets: await commitChanges(transaction, engine, changes) }
  } catch (error) {
    // There is no savepoint any more when the failure ended the transaction, as a full disk may.
    const isUndone = await sql`rollback to commit_of_group`.execute(transaction).then(
      () => true,
      () => false,
    )
    if (!isUndone) throw error
    return { error }
  }
}

/**
 * Checks all changes against what is stored, then applies them.
 * @returns whether a secret was deleted or replaced
 * @throws Conflict before anything was written
 */
async function commitChanges(
  transaction: Transaction<Tables>,
  engine: Engine,
  changes: readonly Change[],
): Promise<boolean> {
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
  await deleteRecords(transaction, engine, deleted)
  await updateRecords(transaction, updated)
  await insertRecords(transaction, inserted)
  return deleted.some(hasSecret) || updated.some(({ record, row }) => hasSecret(row) && !equal(row, record))
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

async function insertRecords(transaction: Transaction<Tables>, records: readonly StoredRecord[]): Promise<void> {
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

/** PostgreSQL refuses longer index keys (a third of a page); refused alike on every engine. */
const maxValueBytes = 2000

/** The entries of a record as they are stored, each once. */
function storableEntries({ indexes }: StoredRecord): IndexEntry[] {
  const entries = new Map<string, IndexEntry>()
  for (const [name, value] of indexes) {
    if (Buffer.byteLength(value) > maxValueBytes) throw new RangeError(`index ${name} has a value of over 2000 bytes`)
    const stored = storable(value)
    entries.set(`${name}\0${stored}`, [name, stored])
  }
  return [...entries.values()]
}

const hasSecret = ({ sealed }: Row): boolean => sealed !== null
const equal = ({ sealed: before }: Row, { sealed: after }: StoredRecord): boolean =>
  before !== null && after !== undefined && Buffer.from(before).equals(after)
