import type { Filter, IndexEntry, Page } from './store.ts'
import type { SubKeyLabel } from './sub-key-labels.ts'

/**
 * A kind of record: how it is named, found, and bound to its place. Families define their own kinds beside their
 * rules (`core/keys/key.ts` defines `keys`), so adding one touches nothing here.
 */
export interface RecordKind<Body extends object> {
  readonly name: string
  /** index entries derived from the body; kept current by every write */
  readonly indexes: (body: Body) => readonly IndexEntry[]
  /** names of indexes that every record has one value of, of few, and that lists are often narrowed down by */
  readonly facets?: readonly string[]
  /**
   * The immutable facts that the sealed secret is bound to besides kind and id, as AEAD associated data
   * (for a key version: account, key id, spec, usage, origin). Must not change during the record's life.
   */
  readonly binding?: (body: Body) => readonly string[]
  /** records of this kind are not kept in memory */
  readonly isSeldomRead?: boolean
  readonly body?: Body
}

export const recordKind = <Body extends object>(kind: RecordKind<Body>): RecordKind<Body> => kind

/** A record as code sees it. `sealed` is the ciphertext of its secret; open it with {@link Sealing}. */
export interface Stored<Body> {
  readonly id: string
  readonly revision: number
  readonly body: Body
  readonly sealed: Uint8Array | undefined
}

export interface Found<Body> {
  readonly items: readonly Stored<Body>[]
  readonly total: number
}

/** Reading records. What is read was authentic, or the read throws an `InternalFailure` KmsError (and raises an alarm). */
export interface RecordReader {
  /** From memory when warm: no SQL for what was read or written before. */
  get<Body extends object>(kind: RecordKind<Body>, id: string): Promise<Stored<Body> | undefined>
  list<Body extends object>(kind: RecordKind<Body>, filter: Filter, page: Page): Promise<Found<Body>>
}

export interface Records extends RecordReader {
  /**
   * Runs `work` and commits what it wrote, all or nothing, durable when the promise resolves. `work` sees its own
   * writes through `get` (lists show only what was committed before). When another writer was faster, `work` is run
   * again from the start: it must have no effect but through the transaction.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>
}

export interface Transaction extends RecordReader {
  /**
   * @param secret - sealed before it is stored, bound to this record; the buffer is left alone (the caller wipes it
   * after the transaction, since `work` may be run again)
   * @throws Conflict is retried by `transaction`; test for existence with `get` to refuse properly
   */
  insert<Body extends object>(
    kind: RecordKind<Body>,
    id: string,
    body: Body,
    secret?: Uint8Array,
  ): Promise<Stored<Body>>
  /** Replaces the body; the sealed secret stays unless `secret` is given (`null` destroys it). */
  update<Body extends object>(
    kind: RecordKind<Body>,
    record: Stored<Body>,
    body: Body,
    secret?: Uint8Array | null,
  ): Promise<Stored<Body>>
  delete<Body extends object>(kind: RecordKind<Body>, record: Stored<Body>): Promise<void>
}

/** Opening sealed secrets. Fails closed: a blob that was moved, altered or belongs to another record never opens. */
export interface Sealing {
  /**
   * The secret of a record. The caller wipes it (`fill(0)`) after use.
   * @throws KmsError `InternalFailure` when it does not open; `ServiceUnavailableTemporary` while sealed
   */
  open<Body extends object>(kind: RecordKind<Body>, record: Stored<Body>): Promise<Uint8Array>
  /** A 32-byte key for one purpose (HKDF-SHA-256 of the root key, `info` = label): tokens, fingerprints, cookies. */
  derive(label: SubKeyLabel): Uint8Array
  readonly isSealed: boolean
}
