import { KmsError } from '../../core/errors.ts'
import { networkOf } from './network.ts'

/** A token is proven in a fraction of a millisecond; a cluster that starts sends many at once. */
const perSecond = 50
const burst = 200
const mostNetworks = 10_000

interface Bucket {
  tokens: number
  /** milliseconds, of the last refill */
  filled: number
}

/** Slows down calls that need no signature, by the network that they come from: nobody has signed for them. */
export class Strangers {
  readonly #buckets = new Map<string, Bucket>()
  readonly #monotonicMs: () => number

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  /** networks in memory */
  get size(): number {
    return this.#buckets.size
  }

  /** Counts one call. @throws KmsError `Rejected.Throttling` */
  admit(sourceAddress: string): void {
    const network = networkOf(sourceAddress)
    const now = this.#monotonicMs()
    const { tokens, filled } = this.#buckets.get(network) ?? { tokens: burst, filled: now }
    const left = Math.min(burst, tokens + ((now - filled) * perSecond) / 1000)
    // Deleted first, so that the map stays in the order of the last call.
    this.#buckets.delete(network)
    this.#buckets.set(network, { tokens: left < 1 ? left : left - 1, filled: now })
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > mostNetworks && oldest !== undefined) this.#buckets.delete(oldest)
    if (left < 1)
      throw new KmsError('Rejected.Throttling', { retryAfterMs: Math.ceil(((1 - left) * 1000) / perSecond) })
  }
}
