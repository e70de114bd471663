import { type Store, StoreUnavailable } from '../../core/store.ts'
import { Lock } from '../../gateway/memory/lock.ts'
import { processMs } from '../../gateway/memory/process-time.ts'
import type { Log } from '../log.ts'

export interface WatchOptions {
  /** of `outageMemory`, for threads that use the store together; the clock is one of all threads, then */
  readonly memory?: SharedArrayBuffer | undefined
  readonly monotonicMs?: (() => number) | undefined
}

const outageBytes = 48
export const outageMemory = (): SharedArrayBuffer => new SharedArrayBuffer(2 * outageBytes)

/** How the store fares at present, and how many calls have failed by it so far. */
export interface StoreState {
  readonly isAway: boolean
  /** it can be read, and takes no changes */
  readonly isClosed: boolean
  readonly failures: number
}

/** @param memory - of `outageMemory` */
export function storeState(memory: SharedArrayBuffer): StoreState {
  const [away, closed] = outagesIn(memory)
  return { isAway: away.isUnderWay, isClosed: closed.isUnderWay, failures: away.failures + closed.failures }
}

/**
 * The store, with a word in the log when it goes away and one when it is back, however many calls, and threads, meet it
 * meanwhile. That it takes no changes, as on a full disk, is another thing than that it is away.
 */
export function watchedStore(store: Store, log: Log, options: WatchOptions = {}): Store {
  const { memory = outageMemory(), monotonicMs = processMs } = options
  const [ofAway, ofClosed] = outagesIn(memory)
  const away = new Outage('the store is away: calls that need it are refused', 'the store is back', log, ofAway)
  const closed = new Outage(
    'the store takes no changes: they are refused',
    'the store takes changes again',
    log,
    ofClosed,
  )
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

/** That it is away, and that it takes no changes. */
const outagesIn = (memory: SharedArrayBuffer): [OutageMemory, OutageMemory] => [
  new OutageMemory(memory, 0),
  new OutageMemory(memory, outageBytes),
]

/** What is known of an outage. */
class OutageMemory {
  readonly #lock: Lock
  readonly #numbers: Float64Array

  constructor(memory: SharedArrayBuffer, offset: number) {
    this.#lock = new Lock(new Int32Array(memory, offset, 1))
    this.#numbers = new Float64Array(memory, offset + 8, 5)
  }

  exclusively(work: () => void): void {
    this.#lock.hold(work)
  }

  get isUnderWay(): boolean {
    return this.#numbers[0] === 1
  }

  get startedAt(): number {
    return this.#numbers[1] ?? 0
  }

  get calls(): number {
    return this.#numbers[2] ?? 0
  }

  /** calls that began before met the store as it was, and say nothing about how it is */
  get lastNewsAt(): number {
    return this.#numbers[3] ?? 0
  }

  /** calls of this and all former outages */
  get failures(): number {
    return this.#numbers[4] ?? 0
  }

  count(): void {
    this.#numbers[4] = this.failures + 1
  }

  begin(now: number): void {
    this.#numbers.set([1, now, 1, now])
  }

  goOn(now: number): void {
    this.#numbers.set([this.calls + 1, now], 2)
  }

  end(now: number): void {
    this.#numbers.set([0, 0, 0, now])
  }
}

class Outage {
  readonly #begins: string
  readonly #ends: string
  readonly #log: Log
  readonly #memory: OutageMemory

  constructor(begins: string, ends: string, log: Log, memory: OutageMemory) {
    this.#begins = begins
    this.#ends = ends
    this.#log = log
    this.#memory = memory
  }

  hear(failure: StoreUnavailable | undefined, { began, now }: { readonly began: number; readonly now: number }): void {
    // as it nearly always is
    if (failure === undefined && !this.#memory.isUnderWay) return
    this.#memory.exclusively(() => {
      if (failure) this.#memory.count()
      if (began < this.#memory.lastNewsAt || (failure === undefined && !this.#memory.isUnderWay)) return
      if (failure) this.#meet(failure, now)
      else this.#end(now)
    })
  }

  #meet(error: StoreUnavailable, now: number): void {
    if (this.#memory.isUnderWay) {
      this.#memory.goOn(now)
      return
    }
    this.#memory.begin(now)
    this.#log.write('error', this.#begins, { error })
  }

  #end(now: number): void {
    const { calls, startedAt } = this.#memory
    this.#memory.end(now)
    this.#log.write('info', this.#ends, { count: calls, durationMs: Math.round(now - startedAt) })
  }
}
