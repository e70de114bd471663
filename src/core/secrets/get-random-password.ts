import type { Input, Result } from '../../api/operation.ts'
import type { GetRandomPassword } from '../../api/secrets.ts'
import { authorize } from '../access/authorize.ts'
import { invalidParameter } from '../errors.ts'
import { container } from '../keys/key-resource.ts'
import type { Call, Kms } from '../kms.ts'
import { randomText } from '../random-text.ts'

const kinds = {
  excludeLowercase: 'abcdefghijklmnopqrstuvwxyz',
  excludeUppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  excludeNumbers: '0123456789',
  excludePunctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
} as const

/**
 * A random password: every character of what is not excluded equally likely, and with RequireEachIncludedType at least
 * one of each kind.
 *
 * @throws KmsError `InvalidParameter` of ExcludeCharacters when it leaves nothing of a kind that must occur
 * @see KMS API 2016-01-20, GetRandomPassword
 */
export function getRandomPassword(
  call: Call,
  input: Input<typeof GetRandomPassword>,
): Result<typeof GetRandomPassword> {
  authorize(call, container(call, 'secret'))
  const alphabets = alphabetsOf(input)
  const isEnough = input.requireEachIncludedType ? alphabets.every((kind) => kind !== '') : alphabets.join('') !== ''
  if (alphabets.length === 0 || !isEnough) throw invalidParameter('ExcludeCharacters')
  return { randomPassword: passwordOf(call.kms, input, alphabets) }
}

function alphabetsOf(input: Input<typeof GetRandomPassword>): readonly string[] {
  const excluded = input.excludeCharacters ?? ''
  if (!/^[!-~]*$/.test(excluded)) throw invalidParameter('ExcludeCharacters')
  return Object.entries(kinds)
    .filter(([exclusion]) => !input[exclusion as keyof typeof kinds])
    .map(([, alphabet]) => [...alphabet].filter((character) => !excluded.includes(character)).join(''))
}

/** Drawn anew until every kind occurs, so that no position is likelier to hold one kind than another. */
function passwordOf(kms: Kms, input: Input<typeof GetRandomPassword>, alphabets: readonly string[]): string {
  for (;;) {
    const password = randomText(kms, input.passwordLength, alphabets.join(''))
    const isComplete = alphabets.every((kind) => [...kind].some((character) => password.includes(character)))
    if (isComplete || !input.requireEachIncludedType) return password
  }
}
