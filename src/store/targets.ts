import type { Transaction } from 'kysely'
import type { Change } from '../core/store.ts'
import type { Engine } from './engine.ts'
import { isOneOf, selectRecords } from './queries.ts'
import { type Row, storable } from './rows.ts'
import type { Tables } from './schema.ts'

/** What a change is about, and what it relies on. */
export interface Target {
  readonly kind: string
  readonly id: string
  /** the revision that must be stored; undefined: no such record */
  readonly expected: number | undefined
  readonly isWrite: boolean
}

export function targetOf(change: Change): Target {
  switch (change.type) {
    case 'insert':
      return { kind: change.record.kind, id: change.record.id, expected: undefined, isWrite: true }
    case 'update':
      return { kind: change.record.kind, id: change.record.id, expected: change.record.revision - 1, isWrite: true }
    case 'rekey':
      return { kind: change.record.kind, id: change.record.id, expected: change.record.revision, isWrite: true }
    case 'delete':
      return { kind: change.kind, id: change.id, expected: change.revision, isWrite: true }
    case 'check':
      return { kind: change.kind, id: change.id, expected: change.revision, isWrite: false }
  }
}

export const nameOf = (kind: string, storedId: string): string => `${kind}\0${storedId}`

/** What is stored under each target, in the order of the targets. */
export async function currentRows(
  transaction: Transaction<Tables>,
  engine: Engine,
  targets: readonly Target[],
): Promise<(Row | undefined)[]> {
  const names = targets.map(({ kind, id }) => nameOf(kind, storable(id)))
  if (new Set(names).size < names.length) throw new RangeError('a commit changes a record once')
  const rows = await selectRecords(transaction, engine)
    .where((where) =>
      where.or(
        [...Map.groupBy(targets, ({ kind }) => kind)].map(([kind, sameKind]) =>
          where.and([
            where('kind', '=', kind),
            isOneOf(
              engine,
              'id',
              sameKind.map(({ id }) => id),
            ),
          ]),
        ),
      ),
    )
    .execute()
  const byName = new Map(rows.map((row): [string, Row] => [nameOf(row.kind, row.id), row]))
  return names.map((name) => byName.get(name))
}
