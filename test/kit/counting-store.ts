import type { Store } from '../../src/core/store.ts'

/** A store, with each use of it counted: where all SQL is issued. */
export function countingStore(inner: Store): { store: Store; uses: { reads: number; commits: number } } {
  const uses = { reads: 0, commits: 0 }
  const store: Store = {
    get(kind, id) {
      uses.reads++
      return inner.get(kind, id)
    },
    list(kind, filter, page) {
      uses.reads++
      return inner.list(kind, filter, page)
    },
    scan(after, limit) {
      uses.reads++
      return inner.scan(after, limit)
    },
    commit(changes) {
      uses.commits++
      return inner.commit(changes)
    },
    close: () => inner.close(),
  }
  return { store, uses }
}
