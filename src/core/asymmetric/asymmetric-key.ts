import { chooseAlgorithm, type EncryptionAlgorithm, keySpecs, type SigningAlgorithm } from '../../crypto/algorithms.ts'
import { CryptoFailure } from '../../crypto/failure.ts'
import type { UsableKey } from '../../crypto/key-material.ts'
import { encryptionScheme, signatureScheme } from '../../crypto/schemes.ts'
import { principalId } from '../access/principal.ts'
import { invalidParameter, undecipherable } from '../errors.ts'
import type { Key } from '../keys/key.ts'
import { keyVersionOf, materialOf } from '../keys/key-version.ts'
import type { Call } from '../kms.ts'
import type { Stored } from '../records.ts'
import { Turns } from '../turns.ts'

/** The longest ciphertext that the service takes or gives. */
const maxCiphertextBytes = 6144

// A private operation of RSA takes milliseconds of one of the four threads of Node's pool.
const rsaTurns = new Turns(4, 512)

/** @throws KmsError `Rejected.Throttling` when too many private operations of the caller wait already */
const inTurn = <T>({ caller }: Call, material: UsableKey, operation: () => Promise<T>): Promise<T> =>
  material.kind === 'rsa' ? rsaTurns.take(principalId(caller), operation) : operation()

/**
 * The algorithm of that name that the key spec allows; the default one for an empty name.
 * @throws KmsError `InvalidParameter` naming Algorithm
 */
export function encryptionAlgorithm(key: Stored<Key>, name: string): EncryptionAlgorithm {
  const algorithm = chooseAlgorithm(keySpecs.get(key.body.keySpec)?.encryption ?? [], name)
  if (algorithm === undefined) throw invalidParameter('Algorithm')
  return algorithm
}

/** As {@link encryptionAlgorithm}, of signatures. */
export function signingAlgorithm(key: Stored<Key>, name: string): SigningAlgorithm {
  const algorithm = chooseAlgorithm(keySpecs.get(key.body.keySpec)?.signing ?? [], name)
  if (algorithm === undefined) throw invalidParameter('Algorithm')
  return algorithm
}

/** @throws KmsError `InvalidParameter` naming Algorithm or Plaintext; `Forbidden.KeyVersionNotFound` */
export async function encryptWithVersion(
  call: Call,
  key: Stored<Key>,
  keyVersionId: string,
  algorithmName: string,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  const algorithm = encryptionAlgorithm(key, algorithmName)
  if (plaintext.length === 0 || plaintext.length > algorithm.maxPlaintextBytes) throw invalidParameter('Plaintext')
  const version = await keyVersionOf(call, key, keyVersionId)
  return encryptionScheme(algorithm).encrypt(await materialOf(call, version), plaintext)
}

/** @throws KmsError `InvalidParameter` for whatever reason it does not open; `Forbidden.KeyVersionNotFound` */
export async function decryptWithVersion(
  call: Call,
  key: Stored<Key>,
  keyVersionId: string,
  algorithmName: string,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  const algorithm = encryptionAlgorithm(key, algorithmName)
  if (ciphertext.length > maxCiphertextBytes) throw undecipherable()
  const version = await keyVersionOf(call, key, keyVersionId)
  const material = await materialOf(call, version)
  try {
    return await inTurn(call, material, () => encryptionScheme(algorithm).decrypt(material, ciphertext))
  } catch (cause) {
    if (cause instanceof CryptoFailure) throw undecipherable(cause)
    throw cause
  }
}

/** What is signed: a digest that the caller computed, or a message that the scheme hashes (SM2: with Z). */
export interface Signable {
  readonly type: 'DIGEST' | 'RAW'
  readonly bytes: Uint8Array
  /** wire name, for errors */
  readonly parameter: string
}

/** @throws KmsError `InvalidParameter` naming Algorithm or the digest; `Forbidden.KeyVersionNotFound` */
export async function signWithVersion(
  call: Call,
  key: Stored<Key>,
  keyVersionId: string,
  algorithmName: string,
  signable: Signable,
): Promise<Uint8Array> {
  const algorithm = checkedAlgorithm(key, algorithmName, signable)
  const version = await keyVersionOf(call, key, keyVersionId)
  const material = await materialOf(call, version)
  const scheme = signatureScheme(algorithm)
  return inTurn(call, material, () =>
    signable.type === 'DIGEST' ? scheme.sign(material, signable.bytes) : scheme.signMessage(material, signable.bytes),
  )
}

/** A wrong signature is an answer, not an error. RSA-PSS insists on the salt length that signing uses, 32. */
export async function verifyWithVersion(
  call: Call,
  key: Stored<Key>,
  keyVersionId: string,
  algorithmName: string,
  signable: Signable,
  signature: Uint8Array,
  saltLength: number | 'any' = 32,
): Promise<boolean> {
  const algorithm = checkedAlgorithm(key, algorithmName, signable)
  const version = await keyVersionOf(call, key, keyVersionId)
  const material = await materialOf(call, version)
  const scheme = signatureScheme(algorithm)
  return signable.type === 'DIGEST'
    ? scheme.verify(material, signable.bytes, signature, { saltLength })
    : scheme.verifyMessage(material, signable.bytes, signature, { saltLength })
}

function checkedAlgorithm(key: Stored<Key>, name: string, { type, bytes, parameter }: Signable): SigningAlgorithm {
  const algorithm = signingAlgorithm(key, name)
  if (type === 'DIGEST' && bytes.length !== algorithm.digestBytes) throw invalidParameter(parameter)
  return algorithm
}
