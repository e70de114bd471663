import { algorithmsOf, type PublicKey, type SignatureAlgorithm } from '../crypto/public-key.ts'
import { SigningError } from './errors.ts'

/**
 * The algorithm asked for, or the key's first one.
 *
 * @throws SigningError `algorithm`
 */
export function chosenAlgorithm(key: PublicKey, wanted: SignatureAlgorithm | undefined): SignatureAlgorithm {
  const [first, ...others] = algorithmsOf(key)
  if (first === undefined) throw new SigningError('key', 'The key cannot sign.')
  if (wanted === undefined || wanted === first) return first
  if (others.includes(wanted)) return wanted
  const message = `The key signs with ${[first, ...others].join(' or ')}, not with ${wanted}.`
  throw new SigningError('algorithm', message, { parameter: 'algorithm' })
}
