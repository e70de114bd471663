import { RotationFailure, type RotationState } from '../core/rotation-target.ts'

/** An account of a database, as the value of a managed secret names it. */
export interface DatabaseAccount {
  readonly AccountName: string
  readonly AccountPassword: string
}

/** @throws RotationFailure for a value that is none, without quoting it */
export function accountIn(value: string): DatabaseAccount {
  const { AccountName, AccountPassword } = membersOf(value)
  if (typeof AccountName === 'string' && AccountName !== '' && typeof AccountPassword === 'string') {
    return { AccountName, AccountPassword }
  }
  throw new RotationFailure('The value has no AccountName and AccountPassword.')
}

/** The value of an administrator's secret: the same members, or `username` and `password`. */
function administratorIn(value: string): DatabaseAccount {
  const { AccountName, AccountPassword, username = AccountName, password = AccountPassword } = membersOf(value)
  if (typeof username === 'string' && typeof password === 'string') {
    return { AccountName: username, AccountPassword: password }
  }
  throw new RotationFailure('The value of AdminSecret has no username and password.')
}

function membersOf(value: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(value) as Readonly<Record<string, unknown>>
  } catch {
    throw new RotationFailure('The value is no JSON.')
  }
}

/**
 * The account that a rotation gives a new password: the only one, or of two the one that is not in use. The second is
 * called after the first unless the configuration names it.
 */
export function nextAccountName(state: RotationState): string {
  const { SecretSubType: subType, AccountName: named, CloneAccountName: clone } = state.config
  const current = state.current === '' ? undefined : accountIn(state.current).AccountName
  if (subType !== 'DoubleUsers') return current ?? String(named)
  if (current === undefined) return String(named)
  if (state.previous !== undefined) return accountIn(state.previous).AccountName
  return typeof clone === 'string' && clone !== '' ? clone : `${current}_clone`
}

/** Whoever may set the password of an account: the administrator, else the account with the password it has now. */
export function whoSetsPasswordOf(accountName: string, { admin, current, previous }: RotationState): DatabaseAccount {
  if (admin !== undefined) return administratorIn(admin)
  const held = [current, previous].flatMap((value) => (value ? [accountIn(value)] : []))
  const own = held.find(({ AccountName }) => AccountName === accountName)
  if (own === undefined) throw new RotationFailure(`CustomData.AdminSecret is needed to make ${accountName}.`)
  return own
}
