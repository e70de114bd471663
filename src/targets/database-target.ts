import type { RotationState, RotationTarget } from '../core/rotation-target.ts'
import { accountIn, type DatabaseAccount, nextAccountName, whoSetsPasswordOf } from './database-account.ts'
import { type DatabaseOptions, type DatabasePlace, databaseFailure, placeOf } from './database-place.ts'
import { newPassword } from './new-password.ts'

/** One kind of database, as far as rotating the passwords of its accounts goes. */
export interface DatabaseEngine {
  readonly usualPort: number
  /** Logs in and out again. Any error but a refusal leaves open whether the password holds. */
  logIn(place: DatabasePlace, account: DatabaseAccount): Promise<void>
  /** whether an error of `logIn` says that account and password do not belong together */
  isRefusal(error: unknown): boolean
  /** As `actor`, gives an account a password, and makes the second account of a pair if it is not there. */
  setPassword(place: DatabasePlace, actor: DatabaseAccount, change: PasswordChange): Promise<void>
}

export interface PasswordChange {
  readonly state: RotationState
  readonly account: DatabaseAccount
  readonly randomBytes: (length: number) => Uint8Array
}

/**
 * Rotates the password of an account of a database. With AdminSecret an administrator sets it, and makes the second
 * account of a pair; without, an account sets its own.
 */
export function databaseTarget(engine: DatabaseEngine, options: DatabaseOptions): RotationTarget {
  const { randomBytes } = options
  return {
    async prepare(state) {
      placeOf(state, options, engine.usualPort)
      return JSON.stringify({ AccountName: nextAccountName(state), AccountPassword: newPassword(randomBytes) })
    },
    async apply(state, next) {
      const place = placeOf(state, options, engine.usualPort)
      const account = accountIn(next)
      const actor = whoSetsPasswordOf(account.AccountName, state)
      try {
        await engine.setPassword(place, actor, { state, account, randomBytes })
      } catch (error) {
        throw databaseFailure(place, error)
      }
    },
    async accepts(state, value) {
      const place = placeOf(state, options, engine.usualPort)
      try {
        await engine.logIn(place, accountIn(value))
        return true
      } catch (error) {
        if (engine.isRefusal(error)) return false
        throw databaseFailure(place, error)
      }
    },
  }
}
