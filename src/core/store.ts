/**
 * What core asks of a store: to keep records, find them by id or by index, and change several of them at once or not
 * at all. A store knows no rules and reads no record: bodies are authenticated and secrets sealed before they get here
 * (see records.ts), so whoever can write to the database can neither read key material nor change a key's state unnoticed.
 */
export interface Store {
  /**
   * Absence is `undefined`. Sees every commit acknowledged before the call.
   * @throws StoreUnavailable as every method may
   */
  get(kind: string, id: string): Promise<StoredRecord | undefined>

  /**
   * Records of `kind` that match every filter entry (an entry matches when the record has one of its values under
   * that index name; an entry with no values matches nothing). Ordered by insertion, oldest first (an update keeps
   * the place), or newest first when `page.descending`. `total` counts all matches, whatever the page.
   */
  list(
    kind: string,
    filter: Filter,
    page: Page,
  ): Promise<{ readonly items: readonly StoredRecord[]; readonly total: number }>

  /**
   * Records of every kind from behind a position on, in the order of insertion. What was committed before the call is
   * seen; of what is changed meanwhile, some.
   *
   * @param after - position where the last scan ended; 0 at first
   */
  scan(after: number, limit: number): Promise<Scanned>

  /**
   * Applies all changes in one transaction and returns when they are durable: they survive kill -9 and power loss.
   * Nothing is applied when any change does not fit what is stored.
   * @throws Conflict when an inserted id exists, or a record to update, rekey, delete or check is not at the named
   * revision
   * @throws StoreUnavailable when nothing was applied, or nobody can tell whether it was; reading tells, later
   */
  commit(changes: readonly Change[]): Promise<void>

  close(): Promise<void>
}

export interface StoredRecord {
  readonly kind: string
  readonly id: string
  /** 1 when inserted, one more at every update */
  readonly revision: number
  /** JSON text */
  readonly body: string
  /** AEAD blob of the record's secret, if it has one */
  readonly sealed?: Uint8Array | undefined
  /** HMAC-SHA-256 over kind, id, revision, body and sealed */
  readonly mac: Uint8Array
  /** what the record can be found by; a name may have several values */
  readonly indexes: readonly IndexEntry[]
}

export type IndexEntry = readonly [name: string, value: string]
/**
 * The index whose only value says several others of the record at once, those with one value each and few among all
 * records: JSON text `[[name, value], …]`. A store counts them, so that a filter of such names needs no walk through all
 * that match.
 */
export const facetsIndex = 'facets'
export type Filter = Readonly<Record<string, readonly string[]>>

export interface Page {
  readonly offset: number
  readonly limit: number
  readonly descending?: boolean
}

export interface Scanned {
  readonly records: readonly StoredRecord[]
  /** of the last of them, where the next scan goes on; `after` when there are none */
  readonly position: number
  /** the highest position that is taken, to tell how far it is */
  readonly end: number
}

export type Change =
  | { readonly type: 'insert'; readonly record: StoredRecord }
  /** `record.revision` is the new revision; the stored one must be one less */
  | { readonly type: 'update'; readonly record: StoredRecord }
  /** Only MAC and sealed secret are replaced. The stored revision must be `record.revision`, and stays: nobody who has read it need read again. */
  | { readonly type: 'rekey'; readonly record: StoredRecord }
  | { readonly type: 'delete'; readonly kind: string; readonly id: string; readonly revision: number }
  /** Nothing changes, but what was read must still hold: `revision` undefined means the record must not exist. */
  | { readonly type: 'check'; readonly kind: string; readonly id: string; readonly revision: number | undefined }
  /** There is no record, but whoever commits the same kind and id again, until the time is over, meets a conflict. */
  | { readonly type: 'once'; readonly kind: string; readonly id: string; readonly at: number; readonly until: number }

/** Somebody else changed the same records first: read again and decide anew. */
export class Conflict extends Error {
  readonly kind: string
  readonly id: string

  constructor(kind: string, id: string) {
    super(`record ${kind} ${id} was changed by somebody else`)
    this.name = 'Conflict'
    this.kind = kind
    this.id = id
  }
}

/**
 * The database is away: it does not answer, its disk is full or fails, it is locked or takes no writes. Nothing is wrong
 * with what was asked, which may succeed when it is asked again. The message is one sentence for an operator's eyes.
 */
export class StoreUnavailable extends Error {
  /** it takes no changes, but may still be read */
  readonly isReadable: boolean

  constructor(message: string, options: ErrorOptions & { readonly isReadable: boolean }) {
    super(message, options)
    this.name = 'StoreUnavailable'
    this.isReadable = options.isReadable
  }
}
