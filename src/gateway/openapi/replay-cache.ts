import { hash } from 'node:crypto'

/**
 * Remembers which requests were seen, each until its timestamp has left the acceptance window (SEC-35).
 * Entries are 53-bit fingerprints under a secret salt, eight bytes each, so that a million take about 16 MB; entries of one
 * minute expire together. When memory is used up, the oldest minute is forgotten and from then on refused
 * outright: under such a load the window becomes shorter, never open to replay.
 */
export class ReplayCache {
  readonly #buckets = new Map<number, FingerprintSet>()
  readonly #salt: string
  readonly #maxEntries: number
  #entries = 0
  /** requests that expire in this minute or earlier are refused */
  #floor = Number.NEGATIVE_INFINITY

  /** @param salt - random, so that nobody can construct two requests with one fingerprint */
  constructor(salt: Uint8Array, maxEntries = 4_000_000) {
    this.#salt = Buffer.from(salt).toString('hex')
    this.#maxEntries = maxEntries
  }

  get size(): number {
    return this.#entries
  }

  /**
   * @param expires - when the request's timestamp leaves the window, in milliseconds
   * @returns `new` and remembers it; or `seen`; or `forgotten` when it is too old to tell
   */
  remember(accessKeyId: string, nonce: string, expires: number, now: number): 'new' | 'seen' | 'forgotten' {
    this.#forgetUntil(minuteOf(now) - 1)
    const minute = minuteOf(expires)
    if (minute <= this.#floor) return 'forgotten'
    const fingerprint = this.#fingerprint(accessKeyId, nonce)
    for (const bucket of this.#buckets.values()) if (bucket.has(fingerprint)) return 'seen'
    this.#bucket(minute).add(fingerprint)
    this.#entries++
    while (this.#entries > this.#maxEntries) this.#forgetUntil(Math.min(...this.#buckets.keys()))
    return 'new'
  }

  #bucket(minute: number): FingerprintSet {
    const found = this.#buckets.get(minute)
    if (found) return found
    const made = new FingerprintSet()
    this.#buckets.set(minute, made)
    return made
  }

  #forgetUntil(minute: number): void {
    if (minute <= this.#floor) return
    this.#floor = minute
    for (const [key, bucket] of this.#buckets) {
      if (key > minute) continue
      this.#entries -= bucket.size
      this.#buckets.delete(key)
    }
  }

  /** 1 to 2^53 − 1; zero marks an empty slot. A space cannot occur in an AccessKey id. */
  #fingerprint(accessKeyId: string, nonce: string): number {
    const digest = hash('sha256', `${this.#salt} ${accessKeyId} ${nonce}`)
    return Number.parseInt(digest.slice(0, 13), 16) * 2 + 1
  }
}

const minuteOf = (milliseconds: number): number => Math.floor(milliseconds / 60_000)

/** A set of positive safe integers: open addressing with linear probing, at most half full. */
class FingerprintSet {
  #slots = new Float64Array(64)
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
