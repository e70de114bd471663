import { combine, split } from 'shamir-secret-sharing'
import { randomBytes } from '../../crypto/random.ts'
import { readShare, type Share, writeShare } from './share.ts'

export const fewestShares = 2
/** So many points there are to share with: the field has 256 elements, and zero is the secret. */
export const mostShares = 255
const secretBytes = 32

/**
 * Draws a root secret and gives it out in shares, each as text. It is nowhere else.
 *
 * @param threshold - how many of them will be needed, 2 to `count`
 */
export async function drawShares(count: number, threshold: number): Promise<readonly string[]> {
  const secret = Uint8Array.from(randomBytes(secretBytes))
  const set = Buffer.from(randomBytes(4)).toString('hex')
  try {
    return (await split(secret, count, threshold)).map((point) => writeShare({ threshold, set, point }))
  } finally {
    secret.fill(0)
  }
}

/**
 * Reads shares, one a line, as far as they have been given.
 *
 * @param set - that they must be of; that of the first one unless given
 * @throws RangeError with one line: a slip, a share that was given twice, one of another set
 */
export function readShares(text: string, set?: string): readonly Share[] {
  const shares = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map(readShare)
  const wanted = set ?? shares[0]?.set
  const stray = shares.find((share) => share.set !== wanted)
  if (stray) throw new RangeError(`The share is of another set, ${stray.set}: this takes those of set ${wanted}.`)
  if (new Set(shares.map(({ point }) => point.at(-1))).size < shares.length)
    throw new RangeError('The same share was given twice.')
  return shares
}

/**
 * The secret that the shares are of; another one, if one of them is not what was given out.
 *
 * @returns 32 bytes; the caller wipes them
 */
export const combineShares = (shares: readonly Share[]): Promise<Uint8Array> =>
  combine(shares.map(({ point }) => point))
