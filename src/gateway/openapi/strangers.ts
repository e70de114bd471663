import { KmsError } from '../../core/errors.ts'
import { Ledger } from '../memory/ledger.ts'
import { networkOf } from './network.ts'

/** A token is proven in a fraction of a millisecond; a cluster that starts sends many at once. */
const perSecond = 50
const burst = 200

/** Slows down calls that need no signature, by the network that they come from: nobody has signed for them. */
export class Strangers {
  /** tokens of each network, and when they were filled last */
  readonly #buckets: Ledger
  readonly #monotonicMs: () => number

  /** @param memory - of `ledgerMemory`, for threads that count together */
  constructor(monotonicMs: () => number, memory?: SharedArrayBuffer) {
    this.#monotonicMs = monotonicMs
    this.#buckets = new Ledger(memory)
  }

  /** Counts one call. @throws KmsError `Rejected.Throttling` */
  admit(sourceAddress: string): void {
    const network = networkOf(sourceAddress)
    const now = this.#monotonicMs()
    const left = this.#buckets.exclusively(() => {
      const bucket = this.#buckets.entry(network, { amount: burst, at: now })
      const filled = Math.min(burst, bucket.amount + ((now - bucket.at) * perSecond) / 1000)
      bucket.amount = filled < 1 ? filled : filled - 1
      bucket.at = now
      return filled
    })
    if (left < 1)
      throw new KmsError('Rejected.Throttling', { retryAfterMs: Math.ceil(((1 - left) * 1000) / perSecond) })
  }
}
