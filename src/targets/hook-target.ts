import { RotationFailure, type RotationState, type RotationTarget } from '../core/rotation-target.ts'
import { newPassword } from './new-password.ts'

/** What a hook is asked. `next` and the other values are what GetSecretValue answers. */
export interface HookRequest {
  /** `prepare`: what shall the value be; `set`: make it hold; `test`: does `value` hold */
  readonly action: 'prepare' | 'set' | 'test'
  readonly secretName: string
  readonly secretType: string
  readonly config: Readonly<Record<string, unknown>>
  readonly current: string
  readonly previous?: string | undefined
  readonly admin?: string | undefined
  /** of `set` */
  readonly next?: string | undefined
  /** of `test` */
  readonly value?: string | undefined
}

export interface HookAnswer {
  /** of `prepare`; without it a random password takes the place of the password in the current value */
  readonly next?: string | undefined
  /** of `test` */
  readonly accepted?: boolean | undefined
}

/**
 * Asks a hook and waits for its answer.
 * @throws RotationFailure
 */
export type AskHook = (request: HookRequest) => Promise<HookAnswer>

/** Leaves the change to a hook of the operator's: an HTTP address or a command. */
export function hookTarget(ask: AskHook, randomBytes: (length: number) => Uint8Array): RotationTarget {
  return {
    async prepare(state) {
      const { next } = await ask({ action: 'prepare', ...askedOf(state) })
      return next ?? withNewPassword(state, newPassword(randomBytes))
    },
    async apply(state, next) {
      await ask({ action: 'set', ...askedOf(state), next })
    },
    async accepts(state, value) {
      const { accepted } = await ask({ action: 'test', ...askedOf(state), value })
      if (typeof accepted === 'boolean') return accepted
      throw new RotationFailure('The hook did not say whether the value is accepted.')
    },
  }
}

const askedOf = ({ secretName, secretType, config, current, previous, admin }: RotationState) => ({
  ...{ secretName, secretType, config, current, previous, admin },
})

const passwordNames = ['AccountPassword', 'Password', 'password'] as const

/**
 * The current value with another password: of a JSON object the member that is called so, else the whole text. A secret
 * that has no value yet begins as an account.
 */
function withNewPassword({ current, config }: RotationState, password: string): string {
  if (current === '') return JSON.stringify({ AccountName: config.AccountName, AccountPassword: password })
  const value = objectIn(current)
  if (value === undefined) return password
  const name = passwordNames.find((possible) => Object.hasOwn(value, possible))
  if (name === undefined) throw new RotationFailure('The value has no password; the hook has to prepare the next one.')
  return JSON.stringify({ ...value, [name]: password })
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
