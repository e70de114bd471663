import { hash } from 'node:crypto'

/** What one principal sent and is remembered, by the minute in which its timestamps leave the acceptance window. */
interface Share {
  readonly minutes: Map<number, Minute>
  entries: number
}

interface Minute {
  /** undefined: given up, so that whatever leaves the window in this minute could be a repetition */
  seen: FingerprintSet | undefined
  /** by the monotonic clock, when the last of it has left the window, unless the other clock is set back */
  until: number
}

export interface Now {
  /** milliseconds since 1970, by the clock that timestamps are compared with; it may jump */
  readonly wallMs: number
  /** milliseconds that never jump */
  readonly monotonicMs: number
}

/** kept longer than the window, since the clocks may drift apart */
const toleranceMs = 60_000
/** how many minutes that are forgotten can be told apart: a week */
const mostForgotten = 10_080

/**
 * Remembers which requests were seen, each until its timestamp has left the acceptance window (SEC-35).
 * Entries are 53-bit fingerprints under a secret salt, eight bytes each, so that a million take about 16 MB; entries of one
 * minute expire together, when both clocks agree that their time is over. What was seen and is forgotten is refused from
 * then on, minute by minute: a clock that is set back opens no replay, and one that was ahead for a while closes nothing
 * that it did not see.
 *
 * When memory is used up, whoever holds most of it loses its oldest minute: its own window becomes shorter, never open to
 * replay, and nobody else's.
 */
export class ReplayCache {
  readonly #shares = new Map<string, Share>()
  readonly #forgotten = new MinuteSet(mostForgotten)
  readonly #salt: string
  readonly #maxEntries: number
  #entries = 0
  #lookedAt = Number.NEGATIVE_INFINITY

  /** @param salt - random, so that nobody can construct two requests with one fingerprint */
  constructor(salt: Uint8Array, maxEntries = 4_000_000) {
    this.#salt = Buffer.from(salt).toString('hex')
    this.#maxEntries = maxEntries
  }

  get size(): number {
    return this.#entries
  }

  /**
   * @param principal - whose share it is
   * @param mark - tells the requests of the principal apart
   * @param expires - when the request's timestamp leaves the window, in milliseconds since 1970
   * @returns `new` and remembers it; or `seen`; or `forgotten` when it could have been seen
   */
  remember(principal: string, mark: string, expires: number, now: Now): 'new' | 'seen' | 'forgotten' {
    this.#expire(now)
    const share = this.#shareOf(principal)
    const name = minuteOf(expires)
    const minute = share.minutes.get(name)
    if ((minute !== undefined && minute.seen === undefined) || this.#forgotten.has(name)) return 'forgotten'
    const fingerprint = this.#fingerprint(mark)
    for (const { seen } of share.minutes.values()) if (seen?.has(fingerprint)) return 'seen'
    this.#add(share, name, fingerprint, now.monotonicMs + expires - now.wallMs)
    if (this.#entries > this.#maxEntries) this.#makeRoom()
    return 'new'
  }

  /** An operator says that the clock is right: what was seen while it was not cannot come again. */
  trustClock(): void {
    this.#forgotten.clear()
  }

  #shareOf(principal: string): Share {
    const found = this.#shares.get(principal)
    if (found) return found
    const made = { minutes: new Map<number, Minute>(), entries: 0 }
    this.#shares.set(principal, made)
    return made
  }

  #add(share: Share, name: number, fingerprint: number, until: number): void {
    const minute = share.minutes.get(name) ?? { seen: new FingerprintSet(), until }
    share.minutes.set(name, minute)
    minute.seen?.add(fingerprint)
    minute.until = Math.max(minute.until, until)
    share.entries++
    this.#entries++
  }

  /** Looks once a minute only. */
  #expire({ wallMs, monotonicMs }: Now): void {
    if (minuteOf(monotonicMs) === this.#lookedAt) return
    this.#lookedAt = minuteOf(monotonicMs)
    for (const [principal, share] of this.#shares) {
      for (const [name, minute] of share.minutes) {
        if (name >= minuteOf(wallMs) || minute.until + toleranceMs > monotonicMs) continue
        this.#forget(share, minute)
        share.minutes.delete(name)
        this.#forgotten.add(name)
      }
      if (share.minutes.size === 0) this.#shares.delete(principal)
    }
  }

  #forget(share: Share, minute: Minute): void {
    share.entries -= minute.seen?.size ?? 0
    this.#entries -= minute.seen?.size ?? 0
    minute.seen = undefined
  }

  /** Some at once, since it takes a look at everybody. */
  #makeRoom(): void {
    const enough = this.#maxEntries - Math.floor(this.#maxEntries / 64)
    while (this.#entries > enough) {
      const shares = [...this.#shares.values()]
      const largest = shares.reduce((most, share) => (share.entries > most.entries ? share : most))
      const kept = [...largest.minutes].filter(([, { seen }]) => seen !== undefined)
      const [, oldest] = kept.reduce((first, other) => (other[0] < first[0] ? other : first))
      this.#forget(largest, oldest)
    }
  }

  /** 1 to 2^53 − 1; zero marks an empty slot. */
  #fingerprint(mark: string): number {
    const digest = hash('sha256', `${this.#salt} ${mark}`)
    return Number.parseInt(digest.slice(0, 13), 16) * 2 + 1
  }
}

const minuteOf = (milliseconds: number): number => Math.floor(milliseconds / 60_000)

/** Minutes, the latest so many of them; of all before the earliest that is kept it says that it has them. */
class MinuteSet {
  readonly #most: number
  readonly #minutes = new Set<number>()
  #floor = Number.NEGATIVE_INFINITY

  constructor(most: number) {
    this.#most = most
  }

  has(minute: number): boolean {
    return minute <= this.#floor || this.#minutes.has(minute)
  }

  add(minute: number): void {
    this.#minutes.add(minute)
    if (this.#minutes.size <= this.#most) return
    const oldest = [...this.#minutes].sort((a, b) => a - b).slice(0, Math.ceil(this.#most / 2))
    for (const gone of oldest) this.#minutes.delete(gone)
    this.#floor = Math.max(this.#floor, oldest.at(-1) ?? this.#floor)
  }

  clear(): void {
    this.#minutes.clear()
    this.#floor = Number.NEGATIVE_INFINITY
  }
}

/** A set of positive safe integers: open addressing with linear probing, at most half full. */
class FingerprintSet {
  #slots = new Float64Array(8)
  size = 0

  has(fingerprint: number): boolean {
    return this.#slots[this.#find(fingerprint)] === fingerprint
  }

  /** @param fingerprint - not in the set yet */
  add(fingerprint: number): void {
    this.#slots[this.#find(fingerprint)] = fingerprint
    this.size++
    if (this.size * 2 > this.#slots.length) this.#grow()
  }

  /** Where the fingerprint is, or else the empty slot where it belongs. */
  #find(fingerprint: number): number {
    const mask = this.#slots.length - 1
    // The lowest bit is always set, and the upper half is random enough.
    let slot = Math.floor(fingerprint / 2) % this.#slots.length
    while (this.#slots[slot] !== 0 && this.#slots[slot] !== fingerprint) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Float64Array(old.length * 2)
    for (const fingerprint of old) if (fingerprint !== 0) this.#slots[this.#find(fingerprint)] = fingerprint
  }
}
