const [free, held, awaited] = [0, 1, 2]

/**
 * Lets one thread at a time at something in shared memory. It is held for microseconds and never across a turn of the
 * event loop, so who waits may block.
 */
export class Lock {
  readonly #cell: Int32Array

  /** @param cell - one number in shared memory, zero at first */
  constructor(cell: Int32Array) {
    this.#cell = cell
  }

  hold<T>(work: () => T): T {
    this.#take()
    try {
      return work()
    } finally {
      this.#release()
    }
  }

  #take(): void {
    if (Atomics.compareExchange(this.#cell, 0, free, held) === free) return
    while (Atomics.exchange(this.#cell, 0, awaited) !== free) Atomics.wait(this.#cell, 0, awaited)
  }

  #release(): void {
    if (Atomics.exchange(this.#cell, 0, free) === awaited) Atomics.notify(this.#cell, 0, 1)
  }
}
