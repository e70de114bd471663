import { digestFor, isSignatureOf, type PublicKey, type SignatureAlgorithm } from '../../crypto/public-key.ts'
import { SigningError } from '../errors.ts'

/** Alipay's names of signature algorithms. `RSA` (SHA-1) is refused: no key of a KMS signs with it. */
const signTypes = ['RSA2', 'SM2'] as const
export type SignType = (typeof signTypes)[number]

const algorithms: Readonly<Record<SignType, SignatureAlgorithm>> = { RSA2: 'RSA_PKCS1_SHA_256', SM2: 'SM2DSA' }

/**
 * What requests signed by the signer say they are signed with.
 *
 * @throws SigningError `algorithm`
 */
export function signTypeOf(algorithm: SignatureAlgorithm): SignType {
  const found = signTypes.find((type) => algorithms[type] === algorithm)
  if (found !== undefined) return found
  const message = `Alipay takes signatures of RSA_PKCS1_SHA_256 (RSA2) and of SM2DSA (SM2), not of ${algorithm}.`
  throw new SigningError('algorithm', message, { parameter: 'signer' })
}

/** Whether Alipay signed the text with the key. */
export function isAlipaySignature(key: PublicKey, text: string, base64: string): boolean {
  const algorithm = algorithms[key.kind === 'sm2' ? 'SM2' : 'RSA2']
  return isSignatureOf(key, algorithm, digestFor(key, Buffer.from(text)), Buffer.from(base64, 'base64'))
}
