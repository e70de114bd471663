/** How much of a limit was asked for. */
export interface Demand {
  readonly calls: number
  /** calls a second */
  readonly limit: number
}

/** By the name of the limit: whose it is, and of which class of operations. */
export type Demands = ReadonlyMap<string, Demand>

/** Whoever comes after so many within two seconds keeps the usual part. */
const mostNames = 10_000

/** Of limits that several servers let in together: what is asked for here, and what part of each is let in here. */
export class SharedLimits {
  #demands = new Map<string, Demand>()
  #parts: ReadonlyMap<string, number> = new Map()

  /** Notes what is asked for, whether or not it is let in. */
  ask(name: string, calls: number, limit: number): void {
    const known = this.#demands.get(name)
    if (known === undefined && this.#demands.size >= mostNames) return
    this.#demands.set(name, { calls: (known?.calls ?? 0) + calls, limit })
  }

  /** @returns what was asked for since the last question */
  takeDemands(): Demands {
    const taken = this.#demands
    this.#demands = new Map()
    return taken
  }

  /** Of a limit that is not named each server has the same part. */
  divide(parts: ReadonlyMap<string, number>): void {
    this.#parts = parts
  }

  partOf(name: string): number | undefined {
    return this.#parts.get(name)
  }
}
