import fc from 'fast-check'
import type { Change, Store, StoredRecord } from '../../src/core/store.ts'

export const bytes = (text: string) => new TextEncoder().encode(text)
export const all = { offset: 0, limit: 100_000 }

export function record(kind: string, id: string, changes: Partial<StoredRecord> = {}): StoredRecord {
  const revision = changes.revision ?? 1
  return { kind, id, revision, body: `{"n":${revision}}`, mac: bytes(`mac of ${id}`), indexes: [], ...changes }
}
export const insert = (kind: string, id: string, changes: Partial<StoredRecord> = {}): Change => ({
  type: 'insert',
  record: record(kind, id, changes),
})
export const update = (kind: string, id: string, revision: number, changes: Partial<StoredRecord> = {}): Change => ({
  type: 'update',
  record: record(kind, id, { ...changes, revision }),
})
/** The record as `update` wrote it at this revision, under another key. */
export const rekey = (kind: string, id: string, revision: number, changes: Partial<StoredRecord> = {}): Change => ({
  type: 'rekey',
  record: record(kind, id, { ...changes, revision }),
})
/** Plain data, whatever the engine's own byte type is. */
export const plain = (stored: StoredRecord | undefined) =>
  stored && {
    ...stored,
    sealed: stored.sealed && new Uint8Array(stored.sealed),
    mac: new Uint8Array(stored.mac),
    indexes: stored.indexes.map((entry) => entry.join('=')).sort(),
  }
export const ids = async (store: Store, kind: string, filter = {}, page = {}) =>
  (await store.list(kind, filter, { ...all, ...page })).items.map(({ id }) => id)

const anyId = fc.constantFrom('a', 'b', 'c', 'd')
const anyIndexes = fc.uniqueArray(fc.tuple(fc.constantFrom('x', 'y'), fc.constantFrom('1', '2')), { selector: String })
const anyContent = fc.record({
  body: fc.json({ maxDepth: 1 }),
  sealed: fc.option(fc.uint8Array({ maxLength: 4 }), { nil: undefined }),
  indexes: anyIndexes,
})
const anyRevision = fc.integer({ min: 1, max: 3 })
const anyChange = fc
  .tuple(
    fc.constantFrom('insert', 'update', 'rekey', 'delete', 'check', 'absent'),
    fc.nat(1),
    anyId,
    anyRevision,
    anyContent,
  )
  .map(([type, nth, id, revision, content]) => ({
    key: `${nth}${id}`,
    build: (kinds: readonly string[]): Change => {
      const kind = kinds[nth] ?? ''
      if (type === 'insert') return insert(kind, id, content)
      if (type === 'update') return update(kind, id, revision + 1, content)
      if (type === 'rekey') return rekey(kind, id, revision, content)
      if (type === 'delete') return { type, kind, id, revision }
      return { type: 'check', kind, id, revision: type === 'absent' ? undefined : revision }
    },
  }))
/** Changes to commit, and a list to compare afterwards. */
export const anyStep = fc.record({
  changes: fc
    .uniqueArray(anyChange, { maxLength: 3, selector: ({ key }) => key })
    .map((changes) => changes.map(({ build }) => build)),
  filter: fc.dictionary(fc.constantFrom('x', 'y'), fc.subarray(['1', '2', '3']), { maxKeys: 2 }),
  page: fc.record({ offset: fc.nat(3), limit: fc.nat(4), descending: fc.boolean() }),
})
