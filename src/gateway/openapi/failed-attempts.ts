import { Ledger } from '../memory/ledger.ts'
import { networkOf } from './network.ts'

/** failures that cost nothing: a mistyped secret is found out before they are used up */
const free = 10
const firstDelayMs = 1000
const longestDelayMs = 60_000
const forgottenAfterMs = 15 * 60_000

/**
 * Slows down guessing (SEC-38). After ten wrong signatures for one AccessKey id from one network, further wrong ones from
 * there are told to wait 1 s, then twice as long each time, up to a minute. Only wrong ones: what is signed rightly is
 * never asked about here, so nobody can lock an owner out, not even from behind the same proxy.
 */
export class FailedAttempts {
  /** how many of each, and when the last one was */
  readonly #failures: Ledger

  /** @param memory - of `ledgerMemory`, for threads that count together */
  constructor(memory?: SharedArrayBuffer) {
    this.#failures = new Ledger(memory)
  }

  /**
   * Counts one wrong signature.
   *
   * @param now - milliseconds of a clock that never jumps
   * @returns 0 when it is told what it is; otherwise how many milliseconds it is told to wait, uncounted
   */
  failed(accessKeyId: string, sourceAddress: string, now: number): number {
    return this.#failures.exclusively(() => {
      const failures = this.#failures.entry(keyOf(accessKeyId, sourceAddress), { amount: 0, at: now })
      const wait = failures.at + delayAfter(failures.amount) - now
      if (wait > 0) return Math.ceil(wait)
      failures.amount = now - failures.at < forgottenAfterMs ? failures.amount + 1 : 1
      failures.at = now
      return 0
    })
  }
}

const delayAfter = (count: number): number =>
  count < free ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** (count - free))

/** The id is cut to bound memory. */
function keyOf(accessKeyId: string, sourceAddress: string): string {
  return `${networkOf(sourceAddress)} ${accessKeyId.slice(0, 64)}`
}
