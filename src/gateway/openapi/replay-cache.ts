import { FingerprintTable, fingerprintMemory } from '../memory/fingerprint-table.ts'
import { type Fingerprint, Fingerprints } from '../memory/fingerprints.ts'
import { Lock } from '../memory/lock.ts'
import { MinuteSet, minuteSetBytes } from './minute-set.ts'
import { minutesBytes, ReplayMinutes } from './replay-minutes.ts'

export interface Now {
  /** milliseconds since 1970, by the clock that timestamps are compared with; it may jump */
  readonly wallMs: number
  /** milliseconds that never jump */
  readonly monotonicMs: number
}

export interface ReplayMemory {
  readonly minutes: SharedArrayBuffer
  readonly seen: SharedArrayBuffer
  readonly maxEntries: number
}

const saltBytes = 16
const headerBytes = 16 + saltBytes
const [lockAt, entriesAt, lookedAt] = [0, 1, 2]
const usualEntries = 4_000_000

/**
 * Memory for a cache, or for those of several threads that remember together.
 *
 * @param salt - random, 16 bytes, so that nobody can construct two requests with one fingerprint
 */
export function replayMemory(salt: Uint8Array, maxEntries = usualEntries): ReplayMemory {
  const minutes = new SharedArrayBuffer(headerBytes + minutesBytes + minuteSetBytes)
  new Uint8Array(minutes, headerBytes - saltBytes, saltBytes).set(salt)
  return { minutes, seen: fingerprintMemory(maxEntries), maxEntries }
}

/** kept longer than the window, since the clocks may drift apart */
const toleranceMs = 60_000

/**
 * Remembers which requests were seen, each until its timestamp has left the acceptance window (SEC-35).
 * Entries are 64-bit fingerprints under a secret salt, so that a million take about 25 MB; entries of one principal and
 * minute expire together, when both clocks agree that their time is over. What was seen and is forgotten is refused from
 * then on, minute by minute: a clock that is set back opens no replay, and one that was ahead for a while closes nothing
 * that it did not see.
 *
 * When memory is used up, whoever holds most of it loses its oldest minute: its own window becomes shorter, never open to
 * replay, and nobody else's.
 */
export class ReplayCache {
  readonly #maxEntries: number
  readonly #header: Int32Array
  readonly #lock: Lock
  readonly #fingerprints: Fingerprints
  readonly #minutes: ReplayMinutes
  readonly #seen: FingerprintTable
  readonly #forgotten: MinuteSet

  constructor({ minutes, seen, maxEntries }: ReplayMemory) {
    this.#maxEntries = maxEntries
    this.#header = new Int32Array(minutes, 0, 3)
    this.#lock = new Lock(this.#header.subarray(lockAt, lockAt + 1))
    this.#fingerprints = new Fingerprints(new Uint8Array(minutes, headerBytes - saltBytes, saltBytes))
    this.#minutes = new ReplayMinutes(minutes, headerBytes)
    this.#seen = new FingerprintTable(seen, this.#minutes.isLive)
    this.#forgotten = new MinuteSet(minutes, headerBytes + minutesBytes)
  }

  get size(): number {
    return this.#header[entriesAt] ?? 0
  }

  /**
   * @param principal - whose share it is
   * @param mark - tells the requests of the principal apart
   * @param expires - when the request's timestamp leaves the window, in milliseconds since 1970
   * @returns `new` and remembers it; or `seen`; or `forgotten` when it could have been seen
   */
  remember(principal: string, mark: string, expires: number, now: Now): 'new' | 'seen' | 'forgotten' {
    const owner = this.#fingerprints.remembered(principal)
    const fingerprint = this.#fingerprints.of(`${principal} ${mark}`)
    return this.#lock.hold(() => {
      this.#expire(now)
      const record = this.#minutes.at(owner, minuteOf(expires))
      if (record === undefined || this.#minutes.isGivenUp(record)) return 'forgotten'
      if (this.#forgotten.has(minuteOf(expires))) return 'forgotten'
      if (this.#seen.has(fingerprint)) return 'seen'
      if (!this.#add(record, fingerprint, now.monotonicMs + expires - now.wallMs)) return 'forgotten'
      if (this.size > this.#maxEntries) this.#makeRoom()
      return 'new'
    })
  }

  /** An operator says that the clock is right: what was seen while it was not cannot come again. */
  trustClock(): void {
    this.#lock.hold(() => this.#forgotten.clear())
  }

  /** @returns false when room was made at the cost of the record itself */
  #add(record: number, fingerprint: Fingerprint, until: number): boolean {
    while (!this.#seen.add(fingerprint, this.#minutes.idOf(record))) this.#makeRoomFor(fingerprint)
    if (this.#minutes.isGivenUp(record)) return false
    this.#minutes.count(record)
    this.#minutes.until[record] = Math.max(this.#minutes.until[record] ?? 0, until)
    this.#header[entriesAt] = this.size + 1
    return true
  }

  /** Looks once a minute only. */
  #expire({ wallMs, monotonicMs }: Now): void {
    if (this.#header[lookedAt] === minuteOf(monotonicMs)) return
    this.#header[lookedAt] = minuteOf(monotonicMs)
    for (const record of this.#minutes.all()) {
      const minute = this.#minutes.minuteOf(record)
      const until = this.#minutes.until[record] ?? 0
      if (minute >= minuteOf(wallMs) || until + toleranceMs > monotonicMs) continue
      this.#header[entriesAt] = this.size - this.#minutes.countOf(record)
      this.#minutes.release(record)
      this.#forgotten.add(minute)
    }
  }

  /** Some at once, since it takes a look at everybody. */
  #makeRoom(): void {
    const enough = this.#maxEntries - Math.floor(this.#maxEntries / 64)
    while (this.size > enough) {
      const record = this.#minutes.oldestOfLargest()
      if (record === undefined) return
      this.#giveUp(record)
    }
  }

  /** Where one fingerprint can be, of whoever holds most there. */
  #makeRoomFor(fingerprint: Fingerprint): void {
    const records = this.#seen.ownersBeside(fingerprint).map(this.#minutes.recordOf)
    this.#giveUp(
      records.reduce((most, other) => (this.#minutes.countOf(other) > this.#minutes.countOf(most) ? other : most)),
    )
  }

  #giveUp(record: number): void {
    this.#header[entriesAt] = this.size - this.#minutes.countOf(record)
    this.#minutes.giveUp(record)
  }
}

const minuteOf = (milliseconds: number): number => Math.floor(milliseconds / 60_000)
