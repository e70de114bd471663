import type { Dialect, Kysely, RawBuilder, Transaction } from 'kysely'
import type { Commits } from './commits.ts'
import type { ColumnTypes, Tables } from './schema.ts'

/** What differs between the databases; everything else about a store is written once, in sql-store.ts. */
export interface Engine {
  /** what people are told when something is wrong with the database: a file name or host and database */
  readonly location: string
  readonly dialect: Dialect
  /** Somebody else writes, and has brought the schema up to date; here is only read. */
  readonly isReader?: boolean
  readonly columnTypes: ColumnTypes
  /** Lets `work` read what was there at one moment. It takes no lock that a writer would wait for. */
  readInOneMoment<T>(database: Kysely<Tables>, work: (database: Kysely<Tables>) => Promise<T>): Promise<T>
  /** A parenthesised set for the right side of `in`; any number of values is one bound parameter. */
  set(values: readonly string[] | readonly number[]): RawBuilder<never>
  /** JSON text `[[name, value], …]` of the index entries at a position, `[]` or null when there are none. */
  indexEntriesAt(position: RawBuilder<unknown>): RawBuilder<string | null>
  /**
   * Called first in every transaction of `dialect` that commits. Afterwards no other transaction that claims one of these records
   * commits until this one has ended, unless both only read it.
   */
  claim(transaction: Transaction<Tables>, claims: readonly Claim[]): Promise<void>
  /** Makes the end of a transaction wait until all that it has seen is as durable as what is acknowledged; absent where it is so anyway. */
  settle?(transaction: Transaction<Tables>): Promise<void>
  /** Whether an error means that somebody else was faster. */
  isConflict(error: unknown): boolean
  /** Whether the same may succeed in a moment: somebody else had the database to himself, or a connection was lost. */
  isMomentary(error: unknown): boolean
  /** Whether the error of a COMMIT leaves open what became of it. */
  isUnclear(error: unknown): boolean
  /** What is wrong, when an error means that the database cannot be used at present. */
  outage(error: unknown): Outage | undefined
  /**
   * Commits that the engine makes in its own way, and whose connection is not that of the reads unless nobody waits for it;
   * absent where a transaction of `dialect` will do.
   */
  commits?(database: Kysely<Tables>): Commits
}

export interface Outage {
  /** the end of a sentence about the database */
  readonly what: string
  /** it can still be read */
  readonly isReadable: boolean
}

export interface Claim {
  readonly kind: string
  readonly id: string
  readonly isWrite: boolean
}

/** The database cannot be used as it is. The message names it, says what is wrong, and is fit for an operator's eyes. */
export class StoreUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreUnusable'
  }
}
