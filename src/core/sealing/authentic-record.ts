import { KmsError } from '../errors.ts'
import type { RecordKind, Stored } from '../records.ts'
import { facetsIndex, type IndexEntry, type StoredRecord } from '../store.ts'
import { canonicalBytes } from './canonical.ts'
import type { Keyring } from './keyring.ts'

/** Told of every record that was not what this deployment wrote. */
export type OnTampering = (kind: string, id: string) => void

const formatVersion = 1

/** What a record's MAC is over: where it belongs and everything it says (SEC-09). Index entries follow from the body. */
function macInput(deploymentId: string, record: Pick<StoredRecord, 'kind' | 'id' | 'revision' | 'body' | 'sealed'>) {
  const { kind, id, revision, body, sealed } = record
  return canonicalBytes(formatVersion, deploymentId, kind, id, revision, body, sealed)
}

/** A record as the store keeps it. */
export function toStoredRecord<Body extends object>(
  keyring: Keyring,
  kind: RecordKind<Body>,
  { id, revision, body, sealed }: Stored<Body>,
): StoredRecord {
  const record = { kind: kind.name, id, revision, body: JSON.stringify(body), sealed, indexes: entriesOf(kind, body) }
  return { ...record, mac: keyring.recordMac(macInput(keyring.deploymentId, record)) }
}

/** What a record says, as it would stand under another revision. */
export function underRevision(keyring: Keyring, record: StoredRecord, revision: number): StoredRecord {
  const moved = { ...record, revision }
  return { ...moved, mac: keyring.recordMac(macInput(keyring.deploymentId, moved)) }
}

function entriesOf<Body extends object>({ indexes, facets }: RecordKind<Body>, body: Body): readonly IndexEntry[] {
  const entries = indexes(body)
  if (facets === undefined) return entries
  const values = new Map(entries)
  return [...entries, [facetsIndex, JSON.stringify(facets.toSorted().map((name) => [name, values.get(name) ?? '']))]]
}

export function isAuthentic(keyring: Keyring, record: StoredRecord): boolean {
  return keyring.isRecordMac(macInput(keyring.deploymentId, record), record.mac)
}

/** Whether a record was written under the root key that is being changed. */
export function isFormer(keyring: Keyring, record: StoredRecord): boolean {
  return keyring.isFormerRecordMac(macInput(keyring.deploymentId, record), record.mac)
}

/** The same record under the new root key. */
export function rekeyed(keyring: Keyring, record: StoredRecord): StoredRecord {
  return { ...record, mac: keyring.recordMac(macInput(keyring.deploymentId, record)) }
}

/**
 * A record as code sees it, once it has been shown to be what this deployment wrote.
 * @throws KmsError `InternalFailure`
 */
export function fromStoredRecord<Body extends object>(
  keyring: Keyring,
  record: StoredRecord,
  onTampering: OnTampering,
): Stored<Body> {
  if (!isAuthentic(keyring, record)) throw tampered(record.kind, record.id, onTampering)
  const { id, revision, body, sealed } = record
  return { id, revision, body: frozen(JSON.parse(body) as Body), sealed }
}

export function tampered(kind: string, id: string, onTampering: OnTampering, cause?: unknown): KmsError {
  onTampering(kind, id)
  const reason = `record ${kind} ${id} is not as this deployment wrote it`
  return new KmsError('InternalFailure', { cause: new Error(reason, { cause }) })
}

/** The body as it will be read back: a copy without undefined members that nobody can change under the cache. */
export const asStored = <Body extends object>(body: Body): Body => frozen(JSON.parse(JSON.stringify(body)) as Body)

function frozen<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) frozen(member)
  return Object.freeze(value)
}
