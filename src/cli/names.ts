import type { Client } from '../sdk/client.ts'
import { CliError } from './failure.ts'

/** An alias as the service spells it; the prefix may be left out where nothing but an alias can be meant. */
export const aliasName = (given: string): string => (given.startsWith('alias/') ? given : `alias/${given}`)

/** The id of a key that the user may name by id, ARN or alias; most operations that change a key take only its id. */
export async function keyIdOf(client: Client, key: string): Promise<string> {
  if (!key.startsWith('alias/') && !key.startsWith('acs:')) return key
  const { keyMetadata } = await client.describeKey({ keyId: key })
  return keyMetadata.keyId
}

/**
 * Collects `name=value` arguments of a repeated option.
 *
 * @throws CliError `usage`
 */
export function nameAndValue(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const equals = text.indexOf('=')
  if (equals < 1) throw new CliError('usage', `"${text}" is not of the form name=value`)
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) }
}

/** Collects the arguments of a repeated option. */
export const repeated = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

/** Collects the words of a repeated option, of which an argument may have several between commas. */
export const repeatedWords = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text.split(',').map((word) => word.trim()),
]
