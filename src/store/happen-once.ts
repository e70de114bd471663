import { sql, type Transaction } from 'kysely'
import { type Change, Conflict } from '../core/store.ts'
import type { Engine } from './engine.ts'
import type { Tables } from './schema.ts'

export type Once = Extract<Change, { type: 'once' }>

/** one commit in so many takes away what is over */
const commitsPerSweep = 16
const mostSwept = 500

/** @throws Conflict when it has happened */
export async function happenOnce(transaction: Transaction<Tables>, engine: Engine, once: Once): Promise<void> {
  const { kind, id, at, until } = once
  if (at % commitsPerSweep === 0) await sweep(transaction, engine, at)
  const mark = markOf(once)
  const kept = await transaction
    .insertInto('happened')
    .values({ mark, until })
    .onConflict((conflict) => conflict.doNothing())
    .returning('until')
    .execute()
  if (kept.length === 0) throw new Conflict(kind, id)
}

export const markOf = ({ kind, id }: Once): string => `${kind} ${id}`

/** Nobody waits for another who is at the same. */
async function sweep(transaction: Transaction<Tables>, { columnTypes }: Engine, at: number): Promise<void> {
  const others = columnTypes.writesOneAtATime ? sql`` : sql`for update skip locked`
  await sql`
    delete from happened where mark in (select mark from happened where until < ${at} limit ${mostSwept} ${others})
  `.execute(transaction)
}
