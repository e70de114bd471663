/** How many calls there were in some time, and how they went. Counts of several servers or times can be added. */
export interface CallCounts {
  readonly requests: number
  readonly clientErrors: number
  readonly serverErrors: number
  readonly throttled: number
  /** calls by the power of `latencyStep` that their microseconds do not exceed */
  readonly latencies: Readonly<Record<string, number>>
  /** by name: calls, and how many of them failed */
  readonly operations: Readonly<Record<string, readonly [requests: number, errors: number]>>
  readonly keys: Readonly<Record<string, number>>
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
}

export const noCalls: CallCounts = {
  ...{ requests: 0, clientErrors: 0, serverErrors: 0, throttled: 0, lagMicroseconds: 0 },
  ...{ latencies: {}, operations: {}, keys: {}, codes: {} },
}

const latencyStep = 1.1
const mostKeys = 1000

/** Counts calls as they come. */
export class CallCounter {
  #requests = 0
  #clientErrors = 0
  #serverErrors = 0
  #throttled = 0
  readonly #latencies = new Map<string, number>()
  readonly #operations = new Map<string, readonly [number, number]>()
  readonly #keys = new Map<string, number>()
  readonly #codes = new Map<string, number>()

  count({ action = 'unknown', code, status, latencyMs, keyId }: CountedCall): void {
    this.#requests++
    if (status === 429) this.#throttled++
    else if (status >= 500) this.#serverErrors++
    else if (status >= 400) this.#clientErrors++
    const step = Math.max(0, Math.ceil(Math.log(Math.max(1, latencyMs * 1000)) / Math.log(latencyStep)))
    increase(this.#latencies, String(step))
    const [requests, errors] = this.#operations.get(action) ?? [0, 0]
    this.#operations.set(action, [requests + 1, errors + Number(status >= 400)])
    increase(this.#codes, code)
    // A key beyond as many as are kept is not counted in this minute.
    if (keyId !== undefined && (this.#keys.size < mostKeys || this.#keys.has(keyId))) increase(this.#keys, keyId)
  }

  counts(lagMicroseconds: number): CallCounts {
    return {
      ...{ requests: this.#requests, clientErrors: this.#clientErrors, serverErrors: this.#serverErrors },
      ...{ throttled: this.#throttled, lagMicroseconds },
      latencies: Object.fromEntries(this.#latencies),
      operations: Object.fromEntries(this.#operations),
      keys: Object.fromEntries(this.#keys),
      codes: Object.fromEntries(this.#codes),
    }
  }
}

const increase = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

/** The counts of two together; of keys those that were used most. */
export const added = (a: CallCounts, b: CallCounts): CallCounts => ({
  requests: a.requests + b.requests,
  clientErrors: a.clientErrors + b.clientErrors,
  serverErrors: a.serverErrors + b.serverErrors,
  throttled: a.throttled + b.throttled,
  lagMicroseconds: Math.max(a.lagMicroseconds, b.lagMicroseconds),
  latencies: sums(a.latencies, b.latencies),
  operations: Object.fromEntries(
    union(a.operations, b.operations).map((name) => {
      const [[x, y], [z, w]] = [a.operations[name] ?? [0, 0], b.operations[name] ?? [0, 0]]
      return [name, [x + z, y + w] as const]
    }),
  ),
  keys: Object.fromEntries(mostFirst(sums(a.keys, b.keys)).slice(0, mostKeys)),
  codes: sums(a.codes, b.codes),
})

type Numbers = Readonly<Record<string, number>>

const union = (a: object, b: object): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])]
const sums = (a: Numbers, b: Numbers): Numbers =>
  Object.fromEntries(union(a, b).map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]))

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
