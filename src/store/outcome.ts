import type { Transaction } from 'kysely'
import type { Change } from '../core/store.ts'
import { currentRows } from './current-rows.ts'
import type { Engine } from './engine.ts'
import type { Row } from './rows.ts'
import type { Tables } from './schema.ts'
import { targetOf } from './targets.ts'

export type Outcome = 'applied' | 'not applied'

/**
 * Finds out whether a commit took effect whose connection was lost before its end was known. The claim waits for it, if
 * the database is still at it.
 *
 * @returns undefined when others have gone on since, so that it can no longer be told
 */
export async function outcomeOf(
  transaction: Transaction<Tables>,
  engine: Engine,
  changes: readonly Change[],
): Promise<Outcome | undefined> {
  const targets = changes.map(targetOf)
  await engine.claim(transaction, targets)
  const rows = await currentRows(transaction, engine, targets)
  const writes = changes.flatMap((change, index) => (isWrite(change) ? [{ change, row: rows[index] }] : []))
  // A commit is whole: where one of its writes stands, all of them were made.
  if (writes.some(({ change, row }) => stands(change, row))) return 'applied'
  if (targets.every(({ expected }, index) => rows[index]?.revision === expected)) return 'not applied'
  const isGone = writes.length > 0 && writes.every(({ change, row }) => change.type === 'delete' && row === undefined)
  return isGone ? 'applied' : undefined
}

const isWrite = ({ type }: Change): boolean => type !== 'check' && type !== 'once'

const stands = (change: Change, row: Row | undefined): boolean =>
  (change.type === 'insert' || change.type === 'update' || change.type === 'rekey') &&
  row?.revision === change.record.revision &&
  Buffer.from(row.mac).equals(change.record.mac)
