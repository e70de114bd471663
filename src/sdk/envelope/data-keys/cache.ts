import { createHash } from 'node:crypto'
import { requireArgument } from '../arguments.ts'
import { type EncryptionContext, encodeContext } from '../encryption-context.ts'
import type { EnvelopeKms, Recipient } from '../envelope-kms.ts'
import { EnvelopeError, throwIfAborted } from '../errors.ts'
import { type DataKey, type DataKeyRequest, type WrappedKey, wipe } from './data-key.ts'
import { generateDataKey } from './generate.ts'

/** When a cached data key stops being used; whichever comes first. */
export interface DataKeyCacheLimits {
  /** How long after it came from the KMS; also how long a withdrawn permission can go unnoticed. Default 60. */
  readonly maxAgeSeconds?: number
  /** How many plaintext bytes one data key may encrypt. Default 64 GiB. */
  readonly maxBytes?: number
  /** How many messages one data key may encrypt. Default 10 000. */
  readonly maxMessages?: number
  /** How many data keys are held; the one unused for longest goes first. Default 100. */
  readonly capacity?: number
  /** Milliseconds of a clock that only moves forward; for tests. */
  readonly now?: () => number
}

interface Entry {
  readonly dataKey: DataKey
  readonly expiresAt: number
  bytes: number
  messages: number
}

/**
 * Keeps data keys for reuse, so that many small messages need few KMS calls. Pass it in the options of each call that
 * may share; leave it out for a fresh data key. Entries are told apart by KMS client, recipients, key size, algorithm
 * and encryption context; a key recovered for reading is told apart by its wrapped form and is never used for writing.
 *
 * Everything handed out is a copy that its receiver wipes; the cache wipes its own when an entry ends.
 */
export class DataKeyCache implements Disposable {
  readonly #limits: Required<DataKeyCacheLimits>
  readonly #entries = new Map<string, Entry>()
  /** calls for new data keys that have not been answered yet */
  readonly #underWay = new Map<string, Promise<DataKey>>()
  readonly #services = new WeakMap<EnvelopeKms, number>()
  #serviceCount = 0
  #sweep: NodeJS.Timeout | undefined

  constructor(limits: DataKeyCacheLimits = {}) {
    const defaults = {
      maxAgeSeconds: 60,
      maxBytes: 64 * 2 ** 30,
      maxMessages: 10_000,
      capacity: 100,
      now: () => performance.now(),
    }
    requireArgument('limits of the data-key cache', 'object', limits)
    const given = Object.entries(limits).filter(([, value]) => value !== undefined)
    this.#limits = { ...defaults, ...Object.fromEntries(given) }
    for (const [name, fallback] of Object.entries(defaults)) {
      const value = this.#limits[name as keyof DataKeyCacheLimits]
      if (typeof value !== typeof fallback || (typeof value === 'number' && !(value >= 0)))
        throw new EnvelopeError('InvalidArgument', `data-key cache: ${name} must be a ${typeof fallback}, not negative`)
    }
  }

  /** How many data keys are held at this moment. */
  get size(): number {
    this.#dropExpired()
    return this.#entries.size
  }

  /**
   * A data key for one message: a cached one within its limits, or a new one.
   *
   * @param purpose - the algorithm; keys of different algorithms are never shared
   * @param plaintextBytes - the size of the message; unknown sizes bypass the cache
   */
  async dataKeyFor(request: DataKeyRequest, purpose: string, plaintextBytes: number | undefined): Promise<DataKey> {
    const { maxBytes, maxMessages, maxAgeSeconds } = this.#limits
    const isCacheable =
      plaintextBytes !== undefined && plaintextBytes <= maxBytes && maxMessages >= 1 && maxAgeSeconds > 0
    if (!isCacheable) return generateDataKey(request)
    const id = this.#encryptionId(request, purpose)
    for (;;) {
      const cached = this.#lookUp(id)
      if (cached && cached.messages + 1 <= maxMessages && cached.bytes + plaintextBytes <= maxBytes) {
        cached.messages += 1
        cached.bytes += plaintextBytes
        return copyOf(cached.dataKey)
      }
      const underWay = this.#underWay.get(id)
      if (underWay === undefined) return this.#newEntry(id, request, plaintextBytes)
      // Many messages at once still take one call. Another's abort is no reason to give up.
      await underWay.catch((error: unknown) => {
        if (!(error instanceof EnvelopeError) || error.code !== 'Aborted') throw error
      })
      throwIfAborted(request.signal)
    }
  }

  async #newEntry(id: string, request: DataKeyRequest, plaintextBytes: number): Promise<DataKey> {
    const work = generateDataKey(request)
    this.#underWay.set(id, work)
    try {
      const dataKey = await work
      this.#store(id, { dataKey: copyOf(dataKey), expiresAt: this.#expiry(), bytes: plaintextBytes, messages: 1 })
      return dataKey
    } finally {
      this.#underWay.delete(id)
    }
  }

  /** A copy of the data key that was recovered before from this wrapped form under this context. */
  recovered(kms: EnvelopeKms, wrappedKey: WrappedKey, context: EncryptionContext): Uint8Array | undefined {
    const entry = this.#lookUp(this.#decryptionId(kms, wrappedKey, context))
    return entry && Uint8Array.from(entry.dataKey.plaintext)
  }

  /** Remembers a recovered data key for the next reading of the same wrapped form. */
  remember(kms: EnvelopeKms, wrappedKey: WrappedKey, context: EncryptionContext, plaintext: Uint8Array): void {
    if (this.#limits.maxAgeSeconds === 0) return
    const dataKey = copyOf({ plaintext, wrappedKeys: [wrappedKey] })
    this.#store(this.#decryptionId(kms, wrappedKey, context), {
      dataKey,
      expiresAt: this.#expiry(),
      bytes: 0,
      messages: 0,
    })
  }

  /** Wipes and forgets every data key. The cache can be used on. */
  clear(): void {
    for (const id of [...this.#entries.keys()]) this.#drop(id)
  }

  [Symbol.dispose](): void {
    this.clear()
  }

  #expiry(): number {
    return this.#limits.now() + this.#limits.maxAgeSeconds * 1000
  }

  #lookUp(id: string): Entry | undefined {
    const entry = this.#entries.get(id)
    if (entry === undefined) return undefined
    if (entry.expiresAt <= this.#limits.now()) {
      this.#drop(id)
      return undefined
    }
    // Moving it to the end keeps the map in order of use.
    this.#entries.delete(id)
    this.#entries.set(id, entry)
    return entry
  }

  #store(id: string, entry: Entry): void {
    this.#drop(id)
    this.#entries.set(id, entry)
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.capacity) break
      this.#drop(oldest)
    }
    this.#scheduleSweep()
  }

  #drop(id: string): void {
    const entry = this.#entries.get(id)
    if (entry) wipe(entry.dataKey.plaintext)
    this.#entries.delete(id)
    if (this.#entries.size === 0) clearTimeout(this.#sweep)
  }

  #dropExpired(): void {
    for (const [id, entry] of [...this.#entries]) if (entry.expiresAt <= this.#limits.now()) this.#drop(id)
  }

  /** Wipes keys whose time is over even when nobody asks for them; never keeps the process alive. */
  #scheduleSweep(): void {
    clearTimeout(this.#sweep)
    this.#sweep = setTimeout(
      () => {
        this.#dropExpired()
        if (this.#entries.size > 0) this.#scheduleSweep()
      },
      Math.min(this.#limits.maxAgeSeconds * 1000, 2 ** 31 - 1),
    )
    this.#sweep.unref()
  }

  #encryptionId(request: DataKeyRequest, purpose: string): string {
    const recipients = request.recipients.flatMap((recipient) => this.#recipientParts(recipient, request.kms))
    return digest([
      'encrypt',
      purpose,
      String(request.numberOfBytes),
      ...recipients,
      encodeContext(request.encryptionContext),
    ])
  }

  #recipientParts(recipient: Recipient, kms: EnvelopeKms): string[] {
    return typeof recipient === 'string'
      ? [this.#service(kms), recipient]
      : [this.#service(recipient.kms), recipient.keyId]
  }

  #decryptionId(kms: EnvelopeKms, wrappedKey: WrappedKey, context: EncryptionContext): string {
    return digest(['decrypt', this.#service(kms), wrappedKey.ciphertextBlob, encodeContext(context)])
  }

  #service(kms: EnvelopeKms): string {
    const known = this.#services.get(kms)
    if (known !== undefined) return String(known)
    this.#serviceCount += 1
    this.#services.set(kms, this.#serviceCount)
    return String(this.#serviceCount)
  }
}

function copyOf({ plaintext, wrappedKeys }: DataKey): DataKey {
  return { plaintext: Uint8Array.from(plaintext), wrappedKeys }
}

/** Each part behind its length, so that no two different lists have the same digest. */
function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part
    hash.update(`${bytes.length}:`).update(bytes)
  }
  return hash.digest('base64')
}
