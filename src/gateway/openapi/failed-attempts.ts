import { networkOf } from './network.ts'

/** failures that cost nothing: a mistyped secret is found out before they are used up */
const free = 10
const firstDelayMs = 1000
const longestDelayMs = 60_000
const forgottenAfterMs = 15 * 60_000
const maxEntries = 10_000

interface Failures {
  count: number
  last: number
}

/**
 * Slows down guessing (SEC-38). After ten wrong signatures for one AccessKey id from one network, further wrong ones from
 * there are told to wait 1 s, then twice as long each time, up to a minute. Only wrong ones: what is signed rightly is
 * never asked about here, so nobody can lock an owner out, not even from behind the same proxy.
 */
export class FailedAttempts {
  readonly #failures = new Map<string, Failures>()

  /**
   * Counts one wrong signature.
   *
   * @param now - milliseconds of a clock that never jumps
   * @returns 0 when it is told what it is; otherwise how many milliseconds it is told to wait, uncounted
   */
  failed(accessKeyId: string, sourceAddress: string, now: number): number {
    const key = keyOf(accessKeyId, sourceAddress)
    const before = this.#failures.get(key)
    const wait = before ? before.last + delayAfter(before.count) - now : 0
    if (wait > 0) return Math.ceil(wait)
    const count = before && now - before.last < forgottenAfterMs ? before.count + 1 : 1
    // Deleted first, so that the map stays in the order of the last failure.
    this.#failures.delete(key)
    this.#failures.set(key, { count, last: now })
    const [oldest] = this.#failures.keys()
    if (this.#failures.size > maxEntries && oldest !== undefined) this.#failures.delete(oldest)
    return 0
  }
}

const delayAfter = (count: number): number =>
  count < free ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** (count - free))

/** The id is cut to bound memory. */
function keyOf(accessKeyId: string, sourceAddress: string): string {
  return `${networkOf(sourceAddress)} ${accessKeyId.slice(0, 64)}`
}
