import type { QuotaClass } from '../../api/operation.ts'

/** Calls per second for each class; a class that is left out is not limited. */
export type Rates = Partial<Readonly<Record<QuotaClass, number>>>

export interface ThrottleSettings {
  /** shared by everybody in an account */
  readonly perAccount?: Rates
  /** of one AccessKey */
  readonly perCredential?: Rates
}

/** The limits of the cloud service per account and region, for who wants the same. */
export const serviceRates: Rates = {
  symmetric: 1000,
  reEncrypt: 750,
  asymmetric: 200,
  read: 50,
  listTags: 300,
  createKey: 10,
  write: 30,
  createSecret: 10,
  readSecret: 450,
  writeSecret: 40,
  rare: 1,
}

interface Bucket {
  tokens: number
  /** milliseconds, of the last refill */
  filled: number
}

const mostBuckets = 10_000
/** no rate is below one call a second, so every bucket fills in one; more, so that clocks may differ a little */
const idleMs = 10_000

/** Token buckets that hold one second's worth of calls. Off unless rates are given (SEC-63). */
export class Throttle {
  readonly #settings: ThrottleSettings
  /** only authenticated callers get here, but sessions come and go */
  readonly #buckets = new Map<string, Bucket>()

  constructor(settings: ThrottleSettings = {}) {
    this.#settings = settings
  }

  /** buckets in memory */
  get size(): number {
    return this.#buckets.size
  }

  /**
   * Counts one call.
   *
   * @returns milliseconds until the next call would be accepted; 0 when this one is
   */
  admit(quota: QuotaClass, accountId: string, accessKeyId: string, now: number): number {
    const account = this.#bucket(this.#settings.perAccount?.[quota], `${quota} account ${accountId}`, now)
    const credential = this.#bucket(this.#settings.perCredential?.[quota], `${quota} key ${accessKeyId}`, now)
    const wait = Math.max(account?.wait ?? 0, credential?.wait ?? 0)
    if (wait > 0) return wait
    if (account) account.bucket.tokens--
    if (credential) credential.bucket.tokens--
    return 0
  }

  #bucket(rate: number | undefined, key: string, now: number): { bucket: Bucket; wait: number } | undefined {
    if (rate === undefined) return undefined
    const size = Math.max(1, rate)
    const bucket = this.#buckets.get(key) ?? { tokens: size, filled: now }
    if (!this.#buckets.has(key) && this.#buckets.size >= mostBuckets) this.#forgetIdle(now)
    this.#buckets.set(key, bucket)
    const elapsed = Math.max(0, now - bucket.filled)
    bucket.tokens = Math.min(size, bucket.tokens + (elapsed * rate) / 1000)
    bucket.filled = now
    return { bucket, wait: bucket.tokens >= 1 ? 0 : Math.ceil(((1 - bucket.tokens) * 1000) / rate) }
  }

  /** A bucket holds one second's worth, so one that nobody took from for a second is full: as good as none. */
  #forgetIdle(now: number): void {
    for (const [key, { filled }] of this.#buckets) if (Math.abs(now - filled) > idleMs) this.#buckets.delete(key)
  }
}
