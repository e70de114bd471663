import { type Store, StoreUnavailable } from '../core/store.ts'
import type { Log } from './log.ts'

/**
 * The store, with a word in the log when it goes away and one when it is back, however many calls meet it meanwhile. That
 * it takes no changes, as on a full disk, is another thing than that it is away.
 */
export function watchedStore(store: Store, log: Log, monotonicMs: () => number = () => performance.now()): Store {
  const away = new Outage('the store is away: calls that need it are refused', 'the store is back', log)
  const closed = new Outage('the store takes no changes: they are refused', 'the store takes changes again', log)
  const watch = <T>(work: Promise<T>, isChange = false): Promise<T> => {
    const began = monotonicMs()
    const hear = (error?: unknown): void => {
      const now = monotonicMs()
      const failure = error instanceof StoreUnavailable ? error : undefined
      const isReadable = isChange && failure?.isReadable === true
      away.hear(isReadable ? undefined : failure, { began, now })
      if (isChange && (failure === undefined || isReadable)) closed.hear(failure, { began, now })
    }
    // another error, such as a conflict, is an answer
    work.then(() => hear(), hear)
    return work
  }
  return {
    get: (kind, id) => watch(store.get(kind, id)),
    list: (kind, filter, page) => watch(store.list(kind, filter, page)),
    scan: (after, limit) => watch(store.scan(after, limit)),
    commit: (changes) => watch(store.commit(changes), true),
    close: () => store.close(),
  }
}

class Outage {
  readonly #begins: string
  readonly #ends: string
  readonly #log: Log
  #startedAt: number | undefined
  #calls = 0
  /** calls that began before met the store as it was, and say nothing about how it is */
  #lastNewsAt = Number.NEGATIVE_INFINITY

  constructor(begins: string, ends: string, log: Log) {
    this.#begins = begins
    this.#ends = ends
    this.#log = log
  }

  hear(failure: StoreUnavailable | undefined, { began, now }: { readonly began: number; readonly now: number }): void {
    if (began < this.#lastNewsAt || (failure === undefined && this.#startedAt === undefined)) return
    this.#lastNewsAt = now
    if (failure) this.#meet(failure, now)
    else this.#end(now)
  }

  #meet(error: StoreUnavailable, now: number): void {
    this.#calls++
    if (this.#startedAt !== undefined) return
    this.#startedAt = now
    this.#log.write('error', this.#begins, { error })
  }

  #end(now: number): void {
    this.#log.write('info', this.#ends, { count: this.#calls, durationMs: Math.round(now - (this.#startedAt ?? now)) })
    this.#startedAt = undefined
    this.#calls = 0
  }
}
