import type { Demand, Demands } from '../../gateway/shared-limits.ts'

/** Calls a second that a server is asked for, by the name of the limit. */
export type Use = Readonly<Record<string, number>>

/** Who asks for less than this part of its limit is let in everywhere, so that it need not be told. */
const leastPart = (servers: number): number => 1 / (4 * servers)
/** of what was asked for before, when less is asked for now: bursts are not forgotten at once */
const remembered = 0.5
/** what is told with each renewal stays short, whoever asks for how much */
const mostTold = 64

/**
 * Divides limits among servers by what each is asked for, as they tell each other with every renewal of their names. A
 * server takes more than the equal part only once all others can have read what it wants, and less as soon as it reads
 * that others want some. So all together never let in more than the limit and a quarter, but for the seconds in which a
 * server does not hear of the others.
 */
export class LimitDivision {
  readonly #monotonicMs: () => number
  #takenAt: number
  #servers = 1
  #demands: ReadonlyMap<string, Demand> = new Map()
  /** calls a second, as the others were told */
  #told: Use = {}
  /** the parts that would have been right at the last time */
  #before: ReadonlyMap<string, number> = new Map()

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
    this.#takenAt = monotonicMs()
  }

  /** @returns what to tell the others of what was asked for since the last time */
  tell(demands: Demands): Use {
    const now = this.#monotonicMs()
    const seconds = Math.max(0.001, (now - this.#takenAt) / 1000)
    this.#takenAt = now
    const rates = new Map<string, Demand>()
    for (const name of new Set([...demands.keys(), ...this.#demands.keys()])) {
      const [asked, known] = [demands.get(name), this.#demands.get(name)]
      const limit = asked?.limit ?? known?.limit ?? 0
      const calls = Math.max((asked?.calls ?? 0) / seconds, (known?.calls ?? 0) * remembered)
      if (calls >= limit * leastPart(this.#servers)) rates.set(name, { calls, limit })
    }
    this.#demands = rates
    const most = [...rates].sort(([, one], [, other]) => other.calls / other.limit - one.calls / one.limit)
    this.#told = Object.fromEntries(most.slice(0, mostTold).map(([name, { calls }]) => [name, calls]))
    return this.#told
  }

  /**
   * @param others - what the other servers have told; nothing when they are not heard of
   * @returns the parts of this one, where they are not equal
   */
  divide(others: readonly Use[] | undefined): ReadonlyMap<string, number> {
    const before = this.#before
    this.#before = new Map()
    if (others === undefined) return this.#before
    this.#servers = others.length + 1
    this.#before = this.#rightParts(others)
    return new Map(
      [...this.#before].map(([name, part]) => [name, Math.min(part, before.get(name) ?? 1 / this.#servers)]),
    )
  }

  /** By what everybody has told by now. */
  #rightParts(others: readonly Use[]): ReadonlyMap<string, number> {
    const names = new Set([this.#told, ...others].flatMap((use) => Object.keys(use)))
    return new Map(
      [...names].map((name) => {
        const own = this.#told[name] ?? 0
        const theirs = others.reduce((sum, use) => sum + (use[name] ?? 0), 0)
        return [name, Math.max(leastPart(this.#servers), own === 0 ? 0 : own / (own + theirs))]
      }),
    )
  }
}
