import type { QuotaClass } from '../api/operation.ts'
import type { Caller } from '../core/access/caller.ts'
import { principalId } from '../core/access/principal.ts'
import { KmsError } from '../core/errors.ts'
import { type Entry, Ledger } from './memory/ledger.ts'
import { processMs } from './memory/process-time.ts'
import { SharedLimits } from './shared-limits.ts'
import { Shares } from './shares.ts'

/** Calls per second for each class; a class that is left out is not limited. */
export type Rates = Partial<Readonly<Record<QuotaClass, number>>>

export interface ThrottleSettings {
  /** shared by everybody in an account */
  readonly perAccount?: Rates
  /** of one user, role or access point, over all its keys and sessions */
  readonly perPrincipal?: Rates
  /** how much a principal may save up: programs start with bursts; 5 unless given */
  readonly burstSeconds?: number
  /** the account itself has the same limit as others; none unless given */
  readonly limitsAccount?: boolean
  /** calls of one principal, the account itself too, that are worked on at once */
  readonly atOncePerPrincipal?: number
  /** milliseconds that never jump; those of the process unless given */
  readonly monotonicMs?: () => number
  /** for threads that count together */
  readonly memory?: ThrottleMemory | undefined
}

export interface ThrottleMemory {
  /** of `ledgerMemory`, as is the next */
  readonly buckets: SharedArrayBuffer
  readonly underWay: SharedArrayBuffer
  /** of `serversMemory` */
  readonly servers?: SharedArrayBuffer
}

/** How many servers there are, each of which lets in a part; not known at first. */
export const serversMemory = (): SharedArrayBuffer => new SharedArrayBuffer(4)

export const countServers = (memory: SharedArrayBuffer, count: number): void =>
  void Atomics.store(new Int32Array(memory), 0, count)

/** The limits of the cloud service per account and region, for who wants the same. */
export const serviceRates: Rates = {
  symmetric: 1000,
  reEncrypt: 750,
  asymmetric: 200,
  keyPair: 10,
  read: 50,
  listTags: 300,
  createKey: 10,
  write: 30,
  createSecret: 10,
  readSecret: 450,
  writeSecret: 40,
  rare: 1,
}

/** Of one principal, far above what programs do that mean well: at least twice what the cloud gives a whole account. */
export const fairRates: Rates = {
  symmetric: 2000,
  reEncrypt: 1500,
  asymmetric: 500,
  keyPair: 20,
  read: 1000,
  listTags: 1000,
  createKey: 100,
  write: 300,
  createSecret: 100,
  readSecret: 2000,
  writeSecret: 300,
  rare: 50,
}

const usualBurstSeconds = 5
/** a call with a longer body counts as several: it costs as much */
const bytesPerCall = 16_384

/** Token buckets, and how much of one principal is under way. Off unless rates are given (SEC-63). */
export class Throttle {
  readonly #settings: ThrottleSettings
  readonly #monotonicMs: () => number
  readonly #underWay: Shares
  /** tokens of each; only authenticated callers get here */
  readonly #buckets: Ledger
  readonly #servers: Int32Array
  /** with other servers, if there are any */
  readonly shared = new SharedLimits()

  constructor(settings: ThrottleSettings = {}) {
    const { monotonicMs = processMs, atOncePerPrincipal = Number.POSITIVE_INFINITY, memory } = settings
    this.#settings = settings
    this.#monotonicMs = monotonicMs
    this.#underWay = new Shares(Number.POSITIVE_INFINITY, atOncePerPrincipal, memory?.underWay)
    this.#buckets = new Ledger(memory?.buckets)
    this.#servers = new Int32Array(memory?.servers ?? serversMemory())
  }

  /**
   * Counts one call.
   *
   * @returns what to call when it has ended
   * @throws KmsError `Rejected.Throttling`, with the time after which the call would be accepted; nothing is counted then
   */
  admit(caller: Caller, quota: QuotaClass, bodyBytes: number): () => void {
    const principal = principalId(caller)
    this.#buckets.exclusively(() => this.#count(caller, principal, quota, bodyBytes))
    return () => this.#underWay.give(principal, 1)
  }

  #count(caller: Caller, principal: string, quota: QuotaClass, bodyBytes: number): void {
    const now = this.#monotonicMs()
    const accountName = `${quota} ${caller.accountId}`
    const account = this.#bucket({ limit: this.#settings.perAccount?.[quota], seconds: 1, cost: 1 }, accountName, now)
    const { perPrincipal, burstSeconds = usualBurstSeconds, limitsAccount = false } = this.#settings
    const rate = caller.identity.type !== 'Account' || limitsAccount ? perPrincipal?.[quota] : undefined
    const cost = Math.max(1, Math.ceil(bodyBytes / bytesPerCall))
    const own = this.#bucket({ limit: rate, seconds: burstSeconds, cost }, `${quota} ${principal}`, now)
    const retryAfterMs = Math.max(waitFor(account, 1), waitFor(own, cost))
    if (retryAfterMs > 0) throw new KmsError('Rejected.Throttling', { retryAfterMs })
    if (!this.#underWay.take(principal, 1)) throw new KmsError('Rejected.Throttling', { retryAfterMs: usualWaitMs })
    take(account, 1)
    take(own, cost)
  }

  #bucket({ limit, seconds, cost }: Asked, name: string, now: number): Filled | undefined {
    if (limit === undefined) return undefined
    const rate = limit * this.#partOf(name, cost, limit)
    const size = Math.max(1, rate * seconds)
    const bucket = this.#buckets.entry(name, { amount: size, at: now })
    bucket.amount = Math.min(size, bucket.amount + ((now - bucket.at) * rate) / 1000)
    bucket.at = now
    return { bucket, rate, size }
  }

  /** What this server lets in of a limit. */
  #partOf(name: string, cost: number, limit: number): number {
    const servers = Atomics.load(this.#servers, 0)
    if (servers <= 1) return 1
    this.shared.ask(name, cost, limit)
    return this.shared.partOf(name) ?? 1 / servers
  }
}

interface Asked {
  /** calls a second; none unless given */
  readonly limit: number | undefined
  /** how much may be saved up */
  readonly seconds: number
  readonly cost: number
}

const usualWaitMs = 100

interface Filled {
  /** the amount is its tokens, the time that of the last refill */
  readonly bucket: Entry
  readonly rate: number
  readonly size: number
}

/** A cost above all that fits is all that fits, so that no call is refused for good. */
const costIn = ({ size }: Filled, cost: number): number => Math.min(cost, size)

function waitFor(filled: Filled | undefined, cost: number): number {
  if (filled === undefined) return 0
  const lacking = costIn(filled, cost) - filled.bucket.amount
  return lacking <= 0 ? 0 : Math.ceil((lacking * 1000) / filled.rate)
}

function take(filled: Filled | undefined, cost: number): void {
  if (filled) filled.bucket.amount -= costIn(filled, cost)
}
