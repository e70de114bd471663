import { randomBytes } from 'node:crypto'
import type { CallOptions } from '../sdk/rpc-connection.ts'
import type { KeyService } from './key-service.ts'

export interface Health {
  /** that of what is encrypted now; empty when the key cannot be used */
  readonly keyId: string
  /** why the key cannot be used, if it cannot */
  readonly error?: unknown
}

export interface HealthOptions {
  /** for each of the two calls of a check */
  readonly limits: CallOptions
  /** milliseconds that a key counts as usable without another look */
  readonly holdsMs: number
  /** milliseconds, on a scale that only goes forward */
  readonly now: () => number
  /** told what each check has found */
  readonly onCheck: (health: Health) => void
}

/**
 * Whether the key can be used: something is encrypted and decrypted, for a description of a key says nothing of what its
 * caller may do with it. What was found holds for a while, unless calls tell otherwise.
 */
export class HealthCheck {
  readonly #key: KeyService
  readonly #options: HealthOptions
  #keyId = ''
  /** when the key was last found usable; undefined when it has to be looked at anew */
  #foundAt: number | undefined
  #doubts = 0
  #pending: Promise<Health> | undefined

  constructor(key: KeyService, options: HealthOptions) {
    this.#key = key
    this.#options = options
  }

  /** Callers who come while a check is under way share it. */
  async health(): Promise<Health> {
    const { now, holdsMs } = this.#options
    if (this.#foundAt !== undefined && now() - this.#foundAt < holdsMs) return { keyId: this.#keyId }
    this.#pending ??= this.#check().finally(() => {
      this.#pending = undefined
    })
    return this.#pending
  }

  /** Something was encrypted: a key id that was not known shows that the key was rotated, or its alias moved. */
  encryptedUnder(keyId: string): void {
    if (keyId !== this.#keyId) this.doubt()
  }

  /** What was found may hold no longer, nor what a check that is under way finds. */
  doubt(): void {
    this.#doubts++
    this.#foundAt = undefined
  }

  async #check(): Promise<Health> {
    const { now, onCheck } = this.#options
    const [startedAt, doubts] = [now(), this.#doubts]
    const failure = await this.#tried()
    if (failure === undefined && doubts === this.#doubts) this.#foundAt = startedAt
    // With a key id an API server goes on for as long as it gets one, also under a key that was taken away.
    const health = failure === undefined ? { keyId: this.#keyId } : { keyId: '', ...failure }
    onCheck(health)
    return health
  }

  /** @returns why it did not work; undefined if it did */
  async #tried(): Promise<{ readonly error: unknown } | undefined> {
    const { limits } = this.#options
    try {
      const plaintext = randomBytes(32)
      const sealed = await this.#key.encrypt(plaintext, limits)
      this.#keyId = sealed.keyId
      const opened = await this.#key.decrypt(sealed, limits)
      return plaintext.equals(opened) ? undefined : { error: new Error('What was encrypted came back changed.') }
    } catch (error) {
      return { error }
    }
  }
}
