import { drawShares, fewestShares, mostShares } from '../../seals/shamir/shares.ts'
import { ConfigError } from '../config/load.ts'
import type { RootSecret } from '../root-key/root-secret.ts'
import type { ServerIo } from './io.ts'

/** Options of a command that makes a root secret in shares. */
export const shareOptions = (prefix = ''): Readonly<Record<string, string>> => ({
  [`${prefix}shares <number>`]: 'give the root secret out in so many shares',
  [`${prefix}threshold <number>`]: 'so many of them open the deployment',
})

/**
 * Makes a root secret in shares if that is asked for, and prints them: before anything is sealed with them, so that
 * nothing is that they did not reach anybody for.
 *
 * @throws ConfigError for numbers that make no sense
 */
export async function newShares(
  given: Readonly<Record<string, string>>,
  io: ServerIo,
  prefix = '',
): Promise<RootSecret | undefined> {
  const names = { shares: `${prefix}shares`, threshold: `${prefix}threshold` }
  if (given[names.shares] === undefined && given[names.threshold] === undefined) return undefined
  const count = within(given, names.shares, mostShares)
  const threshold = within(given, names.threshold, count)
  const shares = await drawShares(count, threshold)
  io.stdout.write(
    [
      `Any ${threshold} of these ${count} shares will open the deployment. They are shown only now; give each to somebody else:`,
      ...shares.map((share, index) => `  ${String(index + 1).padStart(String(count).length)}  ${share}`),
      '',
    ].join('\n'),
  )
  return { kind: 'shamir', secret: shares.slice(0, threshold).join('\n') }
}

function within(given: Readonly<Record<string, string>>, name: string, most: number): number {
  const text = given[name] ?? ''
  const number = Number(text)
  if (/^\d{1,3}$/.test(text) && number >= fewestShares && number <= most) return number
  throw new ConfigError(`--${name}: is a number from ${fewestShares} to ${most}`, 'usage')
}
