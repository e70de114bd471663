import { type Seal, UnsealFailure, unwrapUnder, wrapUnder } from '../../core/sealing/seal.ts'
import { combineShares, readShares } from './shares.ts'

/**
 * Seals with a secret that nobody has: it is shared out, and some of the shares together give it (Shamir).
 *
 * @param text - as many shares as it takes, or more, one a line
 * @throws RangeError when one of them cannot be used, or they are too few
 */
export function shamirSeal(text: string): Seal {
  const shares = readShares(text)
  const { threshold = 2, set = '' } = shares[0] ?? {}
  if (shares.length < threshold)
    throw new RangeError(`The root secret takes ${threshold} shares; ${shares.length} were given.`)
  return {
    name: 'shamir',
    async wrap(rootKey, aad) {
      return { parameters: { threshold, set }, ciphertext: wrapUnder(await combineShares(shares), rootKey, aad) }
    },
    async unwrap({ parameters, ciphertext }, aad) {
      if (parameters.set !== set)
        throw new UnsealFailure(
          'wrong-secret',
          `The shares are of set ${set}: this takes those of set ${parameters.set}.`,
        )
      return unwrapUnder(await combineShares(shares), ciphertext, aad)
    },
  }
}
