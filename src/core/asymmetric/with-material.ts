import { chooseAlgorithm, type EncryptionAlgorithm, keySpecs, type SigningAlgorithm } from '../../crypto/algorithms.ts'
import { CryptoFailure } from '../../crypto/failure.ts'
import type { UsableKey } from '../../crypto/key-material.ts'
import { encryptionScheme, signatureScheme } from '../../crypto/schemes.ts'
import { invalidParameter, undecipherable } from '../errors.ts'
import type { Call } from '../kms.ts'
import type { OfKeySpec } from '../material-cache.ts'
import { inTurn, rsaTurns, sm2Turns } from '../thread-turns.ts'
import type { Turns } from '../turns.ts'

/** The longest ciphertext that the service takes or gives. */
const maxCiphertextBytes = 6144

const privateTurns = ({ kind }: UsableKey): Turns | undefined => (kind === 'rsa' ? rsaTurns : undefined)
const threadTurns = ({ kind }: UsableKey): Turns | undefined => (kind === 'sm2' ? sm2Turns : undefined)

/**
 * The algorithm of that name that the key spec allows; the default one for an empty name.
 * @throws KmsError `InvalidParameter` naming Algorithm
 */
export function encryptionAlgorithm({ body }: { readonly body: OfKeySpec }, name: string): EncryptionAlgorithm {
  const algorithm = chooseAlgorithm(keySpecs.get(body.keySpec)?.encryption ?? [], name)
  if (algorithm === undefined) throw invalidParameter('Algorithm')
  return algorithm
}

/** As {@link encryptionAlgorithm}, of signatures. */
export function signingAlgorithm({ body }: { readonly body: OfKeySpec }, name: string): SigningAlgorithm {
  const algorithm = chooseAlgorithm(keySpecs.get(body.keySpec)?.signing ?? [], name)
  if (algorithm === undefined) throw invalidParameter('Algorithm')
  return algorithm
}

/** @throws KmsError `InvalidParameter` naming Plaintext */
export function requirePlaintext({ maxPlaintextBytes }: EncryptionAlgorithm, plaintext: Uint8Array): void {
  if (plaintext.length === 0 || plaintext.length > maxPlaintextBytes) throw invalidParameter('Plaintext')
}

/** What is signed: a digest that the caller computed, or a message that the scheme hashes (SM2: with Z). */
export interface Signable {
  readonly type: 'DIGEST' | 'RAW'
  readonly bytes: Uint8Array
  /** wire name, for errors */
  readonly parameter: string
}

/** @throws KmsError `InvalidParameter` naming the digest */
export function requireDigest({ digestBytes }: SigningAlgorithm, { type, bytes, parameter }: Signable): void {
  if (type === 'DIGEST' && bytes.length !== digestBytes) throw invalidParameter(parameter)
}

export const encryptWith = (
  call: Call,
  material: UsableKey,
  algorithm: EncryptionAlgorithm,
  plaintext: Uint8Array,
): Promise<Uint8Array> =>
  inTurn(call, threadTurns(material), () => encryptionScheme(algorithm).encrypt(material, plaintext))

/** @throws KmsError `InvalidParameter` for whatever reason it does not open */
export async function decryptWith(
  call: Call,
  material: UsableKey,
  algorithm: EncryptionAlgorithm,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  if (ciphertext.length > maxCiphertextBytes) throw undecipherable()
  try {
    const turns = threadTurns(material) ?? privateTurns(material)
    return await inTurn(call, turns, () => encryptionScheme(algorithm).decrypt(material, ciphertext))
  } catch (cause) {
    if (cause instanceof CryptoFailure) throw undecipherable(cause)
    throw cause
  }
}

export function signWith(
  call: Call,
  material: UsableKey,
  algorithm: SigningAlgorithm,
  { type, bytes }: Signable,
): Promise<Uint8Array> {
  const scheme = signatureScheme(algorithm)
  return inTurn(call, privateTurns(material), () =>
    type === 'DIGEST' ? scheme.sign(material, bytes) : scheme.signMessage(material, bytes),
  )
}

/** A wrong signature is an answer, not an error. RSA-PSS insists on the salt length that signing uses, 32. */
export function verifyWith(
  call: Call,
  material: UsableKey,
  algorithm: SigningAlgorithm,
  { type, bytes }: Signable,
  signature: Uint8Array,
  saltLength: number | 'any' = 32,
): Promise<boolean> {
  const scheme = signatureScheme(algorithm)
  return inTurn(call, threadTurns(material), () =>
    type === 'DIGEST'
      ? scheme.verify(material, bytes, signature, { saltLength })
      : scheme.verifyMessage(material, bytes, signature, { saltLength }),
  )
}
