export type SpaceState = 'ample' | 'low' | 'spent'

interface SpaceOptions {
  /** free space that is left to what an operator does about it: calls are refused when there is less */
  readonly reserveBytes: number
  freeBytes(): Promise<number>
  /** told once per change */
  changed(state: SpaceState, freeBytes: number): void
}

/** Below so many reserves it is time to do something. */
const lowFactor = 5
/** A state is left for a better one only when there is this much more than its limit, so that it does not flicker. */
const margin = 17 / 16

const lookMs = 5000

/** Watches the free space of the disk that a log is on. */
export class Space {
  readonly #options: SpaceOptions
  #state: SpaceState = 'ample'
  #freeBytes = Number.NaN
  #timer: NodeJS.Timeout | undefined

  constructor(options: SpaceOptions) {
    this.#options = options
  }

  get state(): SpaceState {
    return this.#state
  }

  /** at the last look; NaN before the first */
  get freeBytes(): number {
    return this.#freeBytes
  }

  /** Looks now and from time to time. */
  watch(): Promise<void> {
    this.stop()
    this.#timer = setInterval(() => void this.look(), lookMs).unref()
    return this.look()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async look(): Promise<void> {
    // a disk that does not answer is found out by the writes
    this.#freeBytes = await this.#options.freeBytes().catch(() => this.#freeBytes)
    const next = this.#next()
    if (next === this.#state) return
    this.#state = next
    this.#options.changed(next, this.#freeBytes)
  }

  #next(): SpaceState {
    const { reserveBytes } = this.#options
    const limit = (state: SpaceState, bytes: number): number =>
      rank[this.#state] > rank[state] ? bytes * margin : bytes
    if (this.#freeBytes < limit('low', reserveBytes)) return 'spent'
    if (this.#freeBytes < limit('ample', reserveBytes * lowFactor)) return 'low'
    return 'ample'
  }
}

const rank: Readonly<Record<SpaceState, number>> = { ample: 0, low: 1, spent: 2 }
