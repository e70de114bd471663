import type { Found, RecordKind, RecordReader, Stored, Transaction } from '../records.ts'
import { type Change, Conflict, type Filter, type Page } from '../store.ts'
import { asStored, toStoredRecord } from './authentic-record.ts'
import { canonicalBytes } from './canonical.ts'
import type { Keyring } from './keyring.ts'
import type { SecretSealing } from './secret-sealing.ts'

/** What a transaction knows of one record. */
interface Place<Body extends object = object> {
  readonly kind: RecordKind<Body>
  readonly id: string
  /** the revision that must still be stored at the commit; undefined: none */
  readonly expected: number | undefined
  /** the record as the transaction sees it; undefined: there is none */
  current: Stored<Body> | undefined
  isWritten: boolean
}

interface Surroundings {
  readonly records: RecordReader
  readonly sealing: SecretSealing
  readonly keyring: Keyring
}

/** Collects what one run of a transaction read and wrote; records.ts says what the methods mean. */
export class RecordTransaction implements Transaction {
  readonly #surroundings: Surroundings
  readonly #places = new Map<string, Place>()

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  async get<Body extends object>(kind: RecordKind<Body>, id: string): Promise<Stored<Body> | undefined> {
    const known = this.#find(kind, id)
    if (known) return known.current
    const current = await this.#surroundings.records.get(kind, id)
    return (this.#find(kind, id) ?? this.#note({ kind, id, expected: current?.revision, current, isWritten: false }))
      .current
  }

  list<Body extends object>(kind: RecordKind<Body>, filter: Filter, page: Page): Promise<Found<Body>> {
    return this.#surroundings.records.list(kind, filter, page)
  }

  async insert<Body extends object>(
    kind: RecordKind<Body>,
    id: string,
    body: Body,
    secret?: Uint8Array,
  ): Promise<Stored<Body>> {
    const stored = asStored(body)
    const sealed = secret && (await this.#surroundings.sealing.seal(kind, id, stored, secret))
    const place =
      this.#find(kind, id) ?? this.#note({ kind, id, expected: undefined, current: undefined, isWritten: false })
    if (place.current) throw new Conflict(kind.name, id)
    return write(place, stored, sealed)
  }

  async update<Body extends object>(
    kind: RecordKind<Body>,
    record: Stored<Body>,
    body: Body,
    secret?: Uint8Array | null,
  ): Promise<Stored<Body>> {
    const stored = asStored(body)
    const sealed = secret
      ? await this.#surroundings.sealing.seal(kind, record.id, stored, secret)
      : secret === null
        ? undefined
        : record.sealed
    if (sealed === record.sealed && sealed !== undefined) requireSameBinding(kind, record.body, stored)
    return write(this.#place(kind, record), stored, sealed)
  }

  async delete<Body extends object>(kind: RecordKind<Body>, record: Stored<Body>): Promise<void> {
    const place = this.#place(kind, record)
    place.current = undefined
    place.isWritten = true
  }

  /** What to commit: every write, and for what was only read that it still holds. */
  get changes(): readonly Change[] {
    const { keyring } = this.#surroundings
    const changes = [...this.#places.values()].map((place) => changeOf(keyring, place))
    return this.written.length > 0 ? [...changes, keyring.check] : changes
  }

  get touched(): Iterable<{ readonly kind: RecordKind<object>; readonly id: string }> {
    return this.#places.values()
  }

  get written(): readonly Place[] {
    return [...this.#places.values()].filter(({ isWritten }) => isWritten)
  }

  #find<Body extends object>(kind: RecordKind<Body>, id: string): Place<Body> | undefined {
    return this.#places.get(nameOf(kind, id)) as Place<Body> | undefined
  }

  #note<Body extends object>(place: Place<Body>): Place<Body> {
    this.#places.set(nameOf(place.kind, place.id), place as unknown as Place)
    return place
  }

  /** The place of a record in hand, which may have been read before or outside the transaction. */
  #place<Body extends object>(kind: RecordKind<Body>, record: Stored<Body>): Place<Body> {
    const { id, revision } = record
    const place =
      this.#find(kind, id) ?? this.#note({ kind, id, expected: revision, current: record, isWritten: false })
    if (place.current?.revision !== revision) throw new Conflict(kind.name, id)
    return place
  }
}

const nameOf = (kind: { readonly name: string }, id: string): string => `${kind.name}\0${id}`

/** However often a transaction writes a record, the store sees one step from one revision to the next. */
function write<Body extends object>(place: Place<Body>, body: Body, sealed: Uint8Array | undefined): Stored<Body> {
  place.current = { id: place.id, revision: (place.expected ?? 0) + 1, body, sealed }
  place.isWritten = true
  return place.current
}

function changeOf(keyring: Keyring, { kind, id, expected, current, isWritten }: Place): Change {
  if (!isWritten || (expected === undefined && current === undefined)) {
    return { type: 'check', kind: kind.name, id, revision: expected }
  }
  if (current === undefined) return { type: 'delete', kind: kind.name, id, revision: expected ?? 0 }
  const record = toStoredRecord(keyring, kind, current)
  return { type: expected === undefined ? 'insert' : 'update', record }
}

/** The secret is sealed to the binding: kept under another one it would never open again. */
function requireSameBinding<Body extends object>(kind: RecordKind<Body>, before: Body, after: Body): void {
  const bindingOf = (body: Body): Uint8Array =>
    canonicalBytes('accountId' in body ? String(body.accountId) : undefined, ...(kind.binding?.(body) ?? []))
  if (Buffer.compare(bindingOf(before), bindingOf(after)) !== 0) {
    throw new TypeError(`the binding of a ${kind.name} must not change while it keeps its secret`)
  }
}
