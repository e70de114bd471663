export interface Clocks {
  wall(): Date
  /** milliseconds that never jump */
  monotonicMs(): number
}

const toleratedMs = 5000
const largeJumpMs = 3_600_000

export type Jump = { readonly byMs: number; readonly isTrusted: boolean }

/**
 * Watches the wall clock against the monotonic one (SEC-34). After a step backward, or forward by more than an hour,
 * the time is not trusted to destroy anything until an operator has confirmed it.
 */
export class ClockGuard {
  readonly #clocks: Clocks
  #offset: number
  #trusted: boolean

  /** @param notBefore - a moment that has certainly passed, such as that of the last audit record */
  constructor(clocks: Clocks, notBefore?: Date) {
    this.#clocks = clocks
    this.#offset = this.#currentOffset()
    this.#trusted = notBefore === undefined || clocks.wall().getTime() >= notBefore.getTime() - toleratedMs
  }

  get isTrusted(): boolean {
    return this.#trusted
  }

  /** @returns how far the clock has jumped since the last look, if it has */
  look(): Jump | undefined {
    const offset = this.#currentOffset()
    const byMs = offset - this.#offset
    if (Math.abs(byMs) <= toleratedMs) return undefined
    this.#offset = offset
    if (byMs < 0 || byMs > largeJumpMs) this.#trusted = false
    return { byMs, isTrusted: this.#trusted }
  }

  /** An operator says that the clock is right. */
  confirm(): void {
    this.#offset = this.#currentOffset()
    this.#trusted = true
  }

  #currentOffset(): number {
    return this.#clocks.wall().getTime() - this.#clocks.monotonicMs()
  }
}
