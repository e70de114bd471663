/** Connections of a thread to its database. */
export interface PoolCounts {
  readonly open: number
  readonly idle: number
  /** calls that wait for a connection */
  readonly waiting: number
  readonly most: number
}

const none: PoolCounts = { open: 0, idle: 0, waiting: 0, most: 0 }

/** How a thread's connections to its database fare, for who looks from outside; nothing where there is no pool. */
export class PoolWatch {
  #counts: () => PoolCounts = () => none
  #hear: (seconds: number) => void = () => {}

  /** From now on, these are the connections. */
  follow(counts: () => PoolCounts): void {
    this.#counts = counts
  }

  get counts(): PoolCounts {
    return this.#counts()
  }

  /** @param hear - told how long each call has waited for its connection, also in vain */
  onWait(hear: (seconds: number) => void): void {
    this.#hear = hear
  }

  waited(milliseconds: number): void {
    this.#hear(milliseconds / 1000)
  }
}
