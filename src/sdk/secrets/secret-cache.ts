import { setTimeout } from 'node:timers/promises'
import { ClientError, ServiceError } from '../errors.ts'
import { type SecretAnswer, type SecretValue, secretValueOf } from './secret-value.ts'
import type { TimeToLive } from './time-to-live.ts'

/** Where secrets come from: a `Client`, an `InstanceClient`, a `TransferClient`. */
export interface SecretSource {
  getSecretValue(request: {
    readonly secretName: string
    readonly versionStage?: string
    readonly fetchExtendedConfig?: boolean
  }): Promise<SecretAnswer>
}

export interface SecretCacheOptions {
  /** how long a value is served without asking again; 3600 unless given */
  readonly ttlSeconds?: number | undefined
  /** decides it for each value; see `untilRotation` and `fromProperty` */
  readonly timeToLive?: TimeToLive | undefined
  /** how long beyond that a value is served while the service cannot be asked; 86400 unless given, 0 for never */
  readonly staleSeconds?: number | undefined
  /** stage that is read; `ACSCurrent` unless given */
  readonly versionStage?: string | undefined
  /** told of refreshes in the background that failed */
  readonly onError?: ((secretName: string, error: unknown) => void) | undefined
  /**
   * how long `withSecret` waits for the next version of a managed secret whose password is not accepted any more: while a
   * single account rotates there is a moment between the two; 5000 milliseconds unless given
   */
  readonly rotationMs?: number | undefined
  /** for tests */
  readonly now?: (() => Date) | undefined
  readonly sleep?: ((milliseconds: number) => Promise<void>) | undefined
}

export interface WithSecretOptions {
  /** whether an error means that the secret is no longer the right one; see {@link isAuthenticationError} */
  readonly isAuthenticationError?: ((error: unknown) => boolean) | undefined
}

interface Entry {
  readonly value: SecretValue
  /** milliseconds since 1970, like all times here */
  readonly refreshAt: number
  readonly freshUntil: number
  retryAt: number
  failures: number
}

const usualTtlSeconds = 3600
const usualStaleSeconds = 86_400
/** A value is asked for anew when this part of its time is over, while the old one still serves. */
const refreshAhead = 0.8
const longestPauseMs = 60_000
const usualRotationMs = 5000
const firstPauseMs = 100
/** that `withSecret` tries, should one rotation follow the other */
const mostVersions = 4

/**
 * Keeps the values of secrets that an application reads all the time, in memory only. However many callers wait, a
 * secret is asked for once; before its time is over it is asked for in the background; while the service cannot be
 * asked, the last value serves for a while. What the service refuses (no permission, deleted) is never covered up.
 *
 * Each value handed out is a copy; `close` wipes what the cache holds.
 *
 * @example
 * const secrets = new SecretCache(client, { timeToLive: untilRotation() })
 * const rows = await secrets.withSecret('app/db', (secret) => query(secret.member('AccountPassword')))
 */
export class SecretCache implements Disposable {
  readonly #source: SecretSource
  readonly #options: SecretCacheOptions
  readonly #entries = new Map<string, Entry>()
  readonly #flights = new Map<string, Promise<Entry>>()
  #isClosed: boolean = false

  constructor(source: SecretSource, options: SecretCacheOptions = {}) {
    for (const name of ['ttlSeconds', 'staleSeconds'] as const) {
      if (!((options[name] ?? 0) >= 0)) {
        throw new ClientError('configuration', `${name} is a number of seconds.`, { parameter: name })
      }
    }
    this.#source = source
    this.#options = options
  }

  /**
   * The value of a secret.
   *
   * @param secretName - name or ARN
   * @throws ServiceError, ClientError when there is no value that may be served
   */
  async get(secretName: string): Promise<SecretValue> {
    const entry = this.#entries.get(secretName)
    const now = this.#now()
    if (entry === undefined) return (await this.#fetch(secretName)).value.copy()
    if (now < entry.freshUntil) {
      if (now >= entry.refreshAt && now >= entry.retryAt) this.#refreshBehind(secretName)
      return entry.value.copy()
    }
    return this.#expired(secretName, entry, now)
  }

  /** Asks the service now, whatever the cache holds; callers at the same moment share one request. */
  async refresh(secretName: string): Promise<SecretValue> {
    return (await this.#fetch(secretName)).value.copy()
  }

  /**
   * Runs `use` with the value of a secret. If it fails as a stale password does, the secret is asked for anew, and `use`
   * runs again with the next version; never twice with the same. The value is wiped afterwards.
   *
   * @throws what `use` throws
   */
  async withSecret<Value>(
    secretName: string,
    use: (secret: SecretValue) => Promise<Value> | Value,
    { isAuthenticationError: isStale = isAuthenticationError }: WithSecretOptions = {},
  ): Promise<Value> {
    let secret = await this.get(secretName)
    try {
      for (let version = 1; ; version++) {
        try {
          return await use(secret)
        } catch (error) {
          const next = isStale(error) && version < mostVersions ? await this.#successor(secretName, secret) : undefined
          if (next === undefined) throw error
          secret.wipe()
          secret = next
        }
      }
    } finally {
      secret.wipe()
    }
  }

  /** Forgets a secret, or everything, and wipes it. */
  forget(secretName?: string): void {
    for (const [name, { value }] of this.#entries) {
      if (secretName !== undefined && name !== secretName) continue
      value.wipe()
      this.#entries.delete(name)
    }
  }

  /** Wipes what is held. Nothing is served afterwards. */
  close(): void {
    this.#isClosed = true
    this.forget()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** The version after this one; undefined when there is none in time. */
  async #successor(secretName: string, { versionId, secretType }: SecretValue): Promise<SecretValue | undefined> {
    const { rotationMs = usualRotationMs, sleep = setTimeout } = this.#options
    let left = secretType === 'Generic' ? 0 : rotationMs
    for (let pause = firstPauseMs; ; pause *= 2) {
      const renewed = await this.#newerThan(secretName, versionId)
      if (renewed.versionId !== versionId) return renewed
      renewed.wipe()
      if (left <= 0) return undefined
      await sleep(Math.min(pause, left))
      left -= pause
    }
  }

  /** Somebody else may have brought the new version already. */
  async #newerThan(secretName: string, versionId: string): Promise<SecretValue> {
    const held = this.#entries.get(secretName)
    return held === undefined || held.value.versionId === versionId ? this.refresh(secretName) : held.value.copy()
  }

  async #expired(secretName: string, entry: Entry, now: number): Promise<SecretValue> {
    const staleMs = (this.#options.staleSeconds ?? usualStaleSeconds) * 1000
    const isServable = now < entry.freshUntil + staleMs
    // Soon after a failure nobody waits for the next one.
    if (isServable && now < entry.retryAt) return entry.value.copy()
    const spare = entry.value.copy()
    try {
      return (await this.#fetch(secretName)).value.copy()
    } catch (error) {
      if (isServable && isTransient(error)) return spare.copy()
      throw error
    } finally {
      spare.wipe()
    }
  }

  #refreshBehind(secretName: string): void {
    this.#fetch(secretName).catch((error: unknown) => this.#options.onError?.(secretName, error))
  }

  #fetch(secretName: string): Promise<Entry> {
    if (this.#isClosed) throw new ClientError('configuration', 'The cache of secrets is closed.')
    const flight =
      this.#flights.get(secretName) ?? this.#fetched(secretName).finally(() => this.#flights.delete(secretName))
    this.#flights.set(secretName, flight)
    return flight
  }

  async #fetched(secretName: string): Promise<Entry> {
    const { versionStage } = this.#options
    try {
      const answer = await this.#source.getSecretValue({
        secretName,
        ...(versionStage === undefined ? {} : { versionStage }),
      })
      return this.#keep(secretName, answer)
    } catch (error) {
      this.#noteFailure(secretName, error)
      throw error
    }
  }

  #keep(secretName: string, answer: SecretAnswer): Entry {
    const value = secretValueOf(answer)
    const now = this.#now()
    const { ttlSeconds = usualTtlSeconds, timeToLive } = this.#options
    const lifetimeMs = (timeToLive?.(answer, value, new Date(now)) ?? ttlSeconds) * 1000
    const refreshAt = now + lifetimeMs * refreshAhead
    const entry = { value, refreshAt, freshUntil: now + lifetimeMs, retryAt: 0, failures: 0 }
    if (this.#isClosed) throw new ClientError('configuration', 'The cache of secrets is closed.')
    this.forget(secretName)
    this.#entries.set(secretName, entry)
    return entry
  }

  /** What the service refuses is forgotten; while it cannot be asked, the pauses between attempts grow. */
  #noteFailure(secretName: string, error: unknown): void {
    const entry = this.#entries.get(secretName)
    if (entry === undefined) return
    if (!isTransient(error)) {
      this.forget(secretName)
      return
    }
    entry.failures++
    entry.retryAt = this.#now() + Math.min(longestPauseMs, 1000 * 2 ** (entry.failures - 1))
  }

  #now(): number {
    return (this.#options.now?.() ?? new Date()).getTime()
  }
}

/** The service could not be asked, or not now; its answer is not known. */
function isTransient(error: unknown): boolean {
  if (error instanceof ServiceError) return error.retryable || error.status >= 500
  return error instanceof ClientError && !['configuration', 'invalidRequest', 'aborted'].includes(error.code)
}

const staleCodes: ReadonlySet<unknown> = new Set([
  // PostgreSQL: invalid_password, invalid_authorization_specification
  ...['28P01', '28000'],
  // MySQL and MariaDB: access denied, by name and number
  ...['ER_ACCESS_DENIED_ERROR', 1045],
  // this service and its siblings: an AccessKey that was rotated away
  ...['InvalidAccessKeyId.NotFound', 'InvalidAccessKeyId', 'InvalidAccessKeyId.Inactive'],
])

/** Whether an error of a driver or client says that a password or AccessKey is not accepted (any more). */
export function isAuthenticationError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, errno } = error as Error & { readonly code?: unknown; readonly errno?: unknown }
  // Redis: the reply begins with its code.
  return staleCodes.has(code) || staleCodes.has(errno) || /^(?:WRONGPASS|NOAUTH)\b/.test(error.message)
}
