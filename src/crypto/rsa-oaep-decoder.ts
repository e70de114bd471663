import { hash } from 'node:crypto'
import { CryptoFailure } from './failure.ts'
import { mgf1, xor } from './mgf1.ts'

/** The two hashes of an OAEP encoding, which Node cannot choose separately. */
export interface OaepHashes {
  readonly hash: 'sha1' | 'sha256'
  readonly mgf1Hash: 'sha1' | 'sha256'
}

/**
 * EME-OAEP decoding (RFC 8017 §7.1.2 step 3) with an empty label.
 *
 * Manger's attack needs to know which check failed, so there is no branch on decoded bytes before all checks are
 * joined into one bit: the search for the 01 separator visits every byte and only accumulates.
 *
 * @param encoded - the raw RSA result, as long as the modulus
 * @throws CryptoFailure
 */
export function decodeOaep(encoded: Uint8Array, { hash: hashName, mgf1Hash }: OaepHashes): Uint8Array {
  const labelHash = hash(hashName, '', 'buffer')
  const hashLength = labelHash.length
  if (encoded.length < 2 * hashLength + 2) throw new CryptoFailure()
  const maskedSeed = encoded.subarray(1, 1 + hashLength)
  const maskedBlock = encoded.subarray(1 + hashLength)
  const seed = xor(maskedSeed, mgf1(mgf1Hash, maskedBlock, hashLength))
  const block = xor(maskedBlock, mgf1(mgf1Hash, seed, maskedBlock.length))

  let wrong = encoded[0] ?? 1
  for (let index = 0; index < hashLength; index++) wrong |= (block[index] ?? 0) ^ (labelHash[index] ?? 0)
  let searching = 1
  let separator = 0
  for (let index = hashLength; index < block.length; index++) {
    const byte = block[index] ?? 0
    const isZero = isZeroBit(byte)
    const isOne = isZeroBit(byte ^ 1)
    separator |= -(searching & isOne) & index
    wrong |= searching & ((isZero | isOne) ^ 1)
    searching &= isOne ^ 1
  }
  wrong |= searching
  if (wrong !== 0) throw new CryptoFailure()
  return block.slice(separator + 1)
}

/** 1 if the byte is zero, else 0, without a branch. */
const isZeroBit = (byte: number): number => ((byte - 1) >>> 31) & 1
