import type { Transaction } from 'kysely'
import type { Engine } from './engine.ts'
import { isOneOf, selectRecords } from './queries.ts'
import { type Row, storable } from './rows.ts'
import type { Tables } from './schema.ts'
import { nameOf, type Target } from './targets.ts'

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
