import { KmsError } from '../errors.ts'
import { type Store, StoreUnavailable } from '../store.ts'

/** The store as the rules see it: while it is away, whoever needs it gets the answer that invites another try. */
export const answeringStore = (store: Store): Store => ({
  get: (kind, id) => answering(store.get(kind, id)),
  list: (kind, filter, page) => answering(store.list(kind, filter, page)),
  scan: (after, limit) => answering(store.scan(after, limit)),
  commit: (changes) => answering(store.commit(changes)),
  close: () => store.close(),
})

async function answering<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw cause instanceof StoreUnavailable ? new KmsError('ServiceUnavailableTemporary', { cause }) : cause
  }
}
