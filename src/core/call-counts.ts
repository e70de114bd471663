import { roleOfSession } from '../api/session-arn.ts'
import { actionAccess } from './action-access.ts'

type Pair = readonly [number, number]

/** How many calls there were in some time, and how they went. Counts of several servers or times can be added. */
export interface CallCounts {
  readonly requests: number
  readonly clientErrors: number
  readonly serverErrors: number
  readonly throttled: number
  /** calls by the power of `latencyStep` that their microseconds do not exceed */
  readonly latencies: Readonly<Record<string, number>>
  /** by name: calls, and how many of them failed */
  readonly operations: Readonly<Record<string, Pair>>
  /** uses by key: who only looks at a key does not count, nor who was refused */
  readonly keys: Readonly<Record<string, number>>
  /** by key that was used and caller, see `pairOf`: calls, and how many of them were not allowed */
  readonly callers: Readonly<Record<string, Pair>>
  readonly codes: Readonly<Record<string, number>>
  readonly lagMicroseconds: number
}

/** One call, by names of the contract and ids that exist only. */
export interface CountedCall {
  readonly action?: string | undefined
  readonly code: string
  readonly status: number
  readonly latencyMs: number
  readonly keyId?: string | undefined
  /** ARN of the caller, where it is known who called */
  readonly principal?: string | undefined
}

export const noCalls: CallCounts = {
  ...{ requests: 0, clientErrors: 0, serverErrors: 0, throttled: 0, lagMicroseconds: 0 },
  ...{ latencies: {}, operations: {}, keys: {}, callers: {}, codes: {} },
}

const latencyStep = 1.1
const mostKeys = 1000
const mostCallers = 1000

/** Counts calls as they come. */
export class CallCounter {
  #requests = 0
  #clientErrors = 0
  #serverErrors = 0
  #throttled = 0
  readonly #latencies = new Map<string, number>()
  readonly #operations = new Map<string, Pair>()
  readonly #keys = new Map<string, number>()
  readonly #callers = new Map<string, Pair>()
  readonly #codes = new Map<string, number>()

  count({ action = 'unknown', code, status, latencyMs, keyId, principal }: CountedCall): void {
    this.#requests++
    if (status === 429) this.#throttled++
    else if (status >= 500) this.#serverErrors++
    else if (status >= 400) this.#clientErrors++
    const step = Math.max(0, Math.ceil(Math.log(Math.max(1, latencyMs * 1000)) / Math.log(latencyStep)))
    increase(this.#latencies, String(step))
    increaseBoth(this.#operations, action, status >= 400)
    increase(this.#codes, code)
    const used = actionAccess(action) === 'use' ? keyId : undefined
    // A key beyond as many as are kept is not counted in this minute.
    if (used !== undefined && status < 400 && (this.#keys.size < mostKeys || this.#keys.has(used)))
      increase(this.#keys, used)
    const pair = principal === undefined ? undefined : pairOf(used, principal)
    if (pair !== undefined && (this.#callers.size < mostCallers || this.#callers.has(pair)))
      increaseBoth(this.#callers, pair, isNotAllowed(status))
  }

  counts(lagMicroseconds: number): CallCounts {
    return {
      ...{ requests: this.#requests, clientErrors: this.#clientErrors, serverErrors: this.#serverErrors },
      ...{ throttled: this.#throttled, lagMicroseconds },
      latencies: Object.fromEntries(this.#latencies),
      operations: Object.fromEntries(this.#operations),
      keys: Object.fromEntries(this.#keys),
      callers: Object.fromEntries(this.#callers),
      codes: Object.fromEntries(this.#codes),
    }
  }
}

const increase = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

const increaseBoth = (counts: Map<string, Pair>, name: string, isSecond: boolean): void => {
  const [first, second] = counts.get(name) ?? none
  counts.set(name, [first + 1, second + Number(isSecond)])
}

const none: Pair = [0, 0]

const isNotAllowed = (status: number): boolean => status === 401 || status === 403

const pairOf = (keyId = '', principal: string): string => `${keyId} ${roleOfSession(principal)}`

/** Who used a key, or called for anything else: then its id is empty. */
export function keyAndCaller(pair: string): readonly [keyId: string, caller: string] {
  const end = pair.indexOf(' ')
  return [pair.slice(0, end), pair.slice(end + 1)]
}

/** The counts of two together; of keys and callers those that called most. */
export const added = (a: CallCounts, b: CallCounts): CallCounts => ({
  requests: a.requests + b.requests,
  clientErrors: a.clientErrors + b.clientErrors,
  serverErrors: a.serverErrors + b.serverErrors,
  throttled: a.throttled + b.throttled,
  lagMicroseconds: Math.max(a.lagMicroseconds, b.lagMicroseconds),
  latencies: sums(a.latencies, b.latencies),
  operations: sumsOfBoth(a.operations, b.operations),
  keys: Object.fromEntries(mostFirst(sums(a.keys, b.keys)).slice(0, mostKeys)),
  callers: Object.fromEntries(
    Object.entries(sumsOfBoth(a.callers, b.callers))
      .sort(([, [x]], [, [y]]) => y - x)
      .slice(0, mostCallers),
  ),
  codes: sums(a.codes, b.codes),
})

type Numbers = Readonly<Record<string, number>>

const union = (a: object, b: object): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])]
const sums = (a: Numbers, b: Numbers): Numbers =>
  Object.fromEntries(union(a, b).map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]))

const sumsOfBoth = (a: Readonly<Record<string, Pair>>, b: Readonly<Record<string, Pair>>): Record<string, Pair> =>
  Object.fromEntries(
    union(a, b).map((name) => {
      const [[x, y], [z, w]] = [a[name] ?? none, b[name] ?? none]
      return [name, [x + z, y + w] as const]
    }),
  )

export const mostFirst = (counts: Numbers): [name: string, count: number][] =>
  Object.entries(counts).sort(([, a], [, b]) => b - a)

/** The microseconds that a share of the calls took at most, to a tenth. */
export function latencyOf({ latencies, requests }: CallCounts, share: number): number {
  let left = Math.ceil(requests * share)
  const steps = Object.entries(latencies).sort(([a], [b]) => Number(a) - Number(b))
  const found = steps.find(([, count]) => {
    left -= count
    return left <= 0
  })
  return found === undefined ? 0 : Math.round(latencyStep ** Number(found[0]))
}
