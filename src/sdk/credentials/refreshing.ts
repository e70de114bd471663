import type { Credentials, CredentialsProvider } from '../credentials.ts'

/** Credentials that end at a time: milliseconds since 1970, infinity for those that don't end. */
export interface ExpiringCredentials extends Credentials {
  readonly expiresAt: number
}

/** Time and chance, so that a test can fix them. */
export interface RefreshClock {
  now(): number
  random(): number
}

const systemClock: RefreshClock = { now: Date.now, random: Math.random }

/** Credentials are renewed this long before they end, or halfway if they are given for a shorter time. */
const earliestRenewalMs = 15 * 60_000
/** What is still valid this long serves a call while its successor is being fetched. */
const leastValidityMs = 60_000
const longestPauseMs = 60_000

/**
 * Keeps the credentials of `fetch` and renews them before they end. At most one fetch runs at a time, however many
 * calls wait. While the old ones are valid nobody waits at all, and a failed renewal is tried again after a pause that
 * grows with each failure; once they have ended, its error goes to the callers.
 */
export function refreshing(
  fetch: () => Promise<ExpiringCredentials>,
  clock: RefreshClock = systemClock,
): CredentialsProvider {
  let held: ExpiringCredentials | undefined
  let renewAt = 0
  let failures = 0
  let flight: Promise<ExpiringCredentials> | undefined

  async function renew(): Promise<ExpiringCredentials> {
    try {
      const fetched = await fetch()
      const lifetimeMs = fetched.expiresAt - clock.now()
      renewAt = fetched.expiresAt - Math.min(earliestRenewalMs, lifetimeMs / 2)
      failures = 0
      held = fetched
      return fetched
    } catch (error) {
      failures++
      renewAt = clock.now() + 1000 + clock.random() * Math.min(longestPauseMs, 1000 * 2 ** failures)
      throw error
    }
  }
  const renewal = (): Promise<ExpiringCredentials> => {
    flight ??= renew().finally(() => {
      flight = undefined
    })
    return flight
  }

  return async () => {
    const now = clock.now()
    if (held === undefined || now >= held.expiresAt - leastValidityMs) return renewal()
    // the error of a renewal that nobody waits for shows when the old credentials end without a new one
    if (now >= renewAt) renewal().catch(() => {})
    return held
  }
}
