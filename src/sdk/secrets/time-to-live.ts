import type { SecretAnswer, SecretValue } from './secret-value.ts'

/** How many seconds a value counts as fresh; `undefined` leaves it to the cache's `ttlSeconds`. */
export type TimeToLive = (answer: SecretAnswer, value: SecretValue, now: Date) => number | undefined

/**
 * A managed secret is fresh until it rotates, and `delaySeconds` longer, for the rotation to be done; without a date,
 * for its rotation interval.
 */
export const untilRotation =
  (delaySeconds = 10): TimeToLive =>
  ({ rotationInterval, nextRotationDate }, _value, now) => {
    const untilNext = nextRotationDate ? (Date.parse(nextRotationDate) - now.getTime()) / 1000 : Number.NaN
    if (untilNext > 0) return untilNext + delaySeconds
    const [, seconds] = /^(\d+)s$/.exec(rotationInterval ?? '') ?? []
    return seconds === undefined ? undefined : Number(seconds)
  }

/** A property of the value, which is a JSON object, says it, in seconds. */
export const fromProperty =
  (name: string): TimeToLive =>
  (_answer, value) => {
    const seconds = Number(propertyOf(value, name))
    return seconds > 0 ? seconds : undefined
  }

function propertyOf(value: SecretValue, name: string): string | undefined {
  try {
    return value.member(name)
  } catch {
    // Not every secret of an application need be such an object.
    return undefined
  }
}
