import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import type { Kms } from '../../src/core/kms.ts'
import type { Store } from '../../src/core/store.ts'
import { testKms } from './kms.ts'

/*
 * Processes that share a store, in one test process. Each of them stops before whatever it does to the outside (the
 * store, a database that it administers) until the test lets it go on, or lets it die there. So a test decides which of
 * two is faster, who is paused for how long, and where somebody dies.
 */

/** What processes share. */
export interface Shared {
  readonly store: Store
  readonly rootKey: Uint8Array
  /** milliseconds since 1970, of all clocks */
  time: number
}

interface Stop {
  readonly at: string
  readonly goOn: () => void
}

export class GatedProcess {
  readonly #stops: Stop[] = []
  #kms: Kms | undefined
  #isDead: boolean = false
  #isBusy: boolean = false
  #failure: unknown

  /**
   * @param more - what the Kms has besides; its outside goes through `gate`
   * @param store - a connection of its own to what is shared
   */
  static async start(
    shared: Shared,
    more: (process: GatedProcess) => Partial<Kms> = () => ({}),
    store = shared.store,
  ): Promise<GatedProcess> {
    const process = new GatedProcess()
    const { rootKey } = shared
    const { kms } = await testKms({
      rootKey,
      store: {
        get: (kind, id) => process.gate('read', () => store.get(kind, id)),
        list: (kind, filter, page) => process.gate('read', () => store.list(kind, filter, page)),
        scan: (after, limit) => process.gate('read', () => store.scan(after, limit)),
        commit: (changes) => process.gate('commit', () => store.commit(changes)),
        close: () => store.close(),
      },
      cachedMs: 500,
      monotonicMs: () => shared.time,
    })
    process.#kms = { ...kms, now: () => new Date(shared.time), ...more(process) }
    return process
  }

  get kms(): Kms {
    if (this.#kms === undefined) throw new TypeError('the process has not started')
    return this.#kms
  }

  /** Does `work` once the process is let on; never, if it dies first. */
  gate<T>(at: string, work: () => Promise<T>): Promise<T> {
    if (this.#isDead) return new Promise(() => {})
    return new Promise((resolve, reject) => {
      this.#stops.push({ at, goOn: () => work().then(resolve, reject) })
    })
  }

  /** Begins something, and does not wait for it; `stopped` tells when it fails. */
  begin(work: () => Promise<unknown>): void {
    this.#isBusy = true
    const ended = (): void => {
      this.#isBusy = false
    }
    work().then(ended, (error: unknown) => {
      this.#failure = error
      ended()
    })
  }

  get isIdle(): boolean {
    return !this.#isBusy && this.#stops.length === 0
  }

  /** Where it has stopped; undefined while it is idle. Resolves when it has come to one or the other. */
  async stopped(): Promise<string | undefined> {
    while (this.#isBusy && this.#stops.length === 0) await setImmediate()
    if (this.#failure !== undefined) throw this.#failure
    return this.#stops[0]?.at
  }

  /** Lets it do what it has stopped before. */
  goOn(): void {
    this.#stops.shift()?.goOn()
  }

  /** What it has stopped before never happens, nor anything else. */
  die(): void {
    this.#isDead = true
    this.#stops.length = 0
    this.#isBusy = false
  }
}

/** One decision of a test: which of two processes goes on, or what happens besides. */
export type Step =
  | { readonly does: 'go on' | 'die'; readonly who: 0 | 1 }
  | { readonly does: 'wait'; readonly ms: number }

const who = fc.constantFrom(0 as const, 1 as const)

/** @param waits - milliseconds that may pass */
export const anySteps = (waits: readonly number[]): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.oneof(
      { weight: 12, arbitrary: fc.record({ does: fc.constant('go on' as const), who }) },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('die' as const), who }) },
      { weight: 2, arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.constantFrom(...waits) }) },
    ),
    { minLength: 20, maxLength: 120 },
  )

export interface Interleaved<Op> {
  /** a new process, also in place of one that has died */
  start(): Promise<GatedProcess>
  /** what each of the two is to do, one after the other; what a process dies of is not done again */
  readonly todo: readonly [readonly Op[], readonly Op[]]
  readonly steps: readonly Step[]
  perform(kms: Kms, op: Op): Promise<void>
  /** time passes while the processes have stopped at these places */
  wait(ms: number, stops: readonly (string | undefined)[]): void
  /** called after whatever may have changed something */
  check(): Promise<void>
}

/** Lets two processes do their work, interleaved as the steps say, then in turn until all is done. */
export async function interleave<Op>({ start, todo, steps, perform, wait, check }: Interleaved<Op>): Promise<void> {
  const left = todo.map((ops) => [...ops])
  const processes = [await start(), await start()]
  const keepBusy = (): void => {
    for (const [index, process] of processes.entries()) {
      const op = process.isIdle ? left[index]?.shift() : undefined
      if (op !== undefined) process.begin(() => perform(process.kms, op))
    }
  }
  const letOn = async (process: GatedProcess | undefined): Promise<void> => {
    const stop = await process?.stopped()
    process?.goOn()
    await process?.stopped()
    if (stop !== 'read') await check()
  }
  for (const next of steps) {
    keepBusy()
    if (next.does === 'go on') await letOn(processes[next.who])
    if (next.does === 'die') {
      processes[next.who]?.die()
      processes[next.who] = await start()
    }
    const stops = await Promise.all(processes.map((process) => process.stopped()))
    if (next.does === 'wait') wait(next.ms, stops)
  }
  for (keepBusy(); processes.some((process) => !process.isIdle); keepBusy()) {
    for (const process of processes) await letOn(process)
  }
}
