import {
  type BlockAlgorithm,
  chooseAlgorithm,
  keySpecs,
  type Padding,
  type SymmetricEntry,
} from '../../crypto/algorithms.ts'
import { type BlockKey, decryptBlocks, encryptBlocks, openGcm, sealGcm } from '../../crypto/block-cipher.ts'
import { CryptoFailure } from '../../crypto/failure.ts'
import { invalidParameter, KmsError, undecipherable } from '../errors.ts'
import { type Key, type KeyVersion, keys, keyVersions } from '../keys/key.ts'
import { materialOf } from '../keys/key-version.ts'
import { rotateKey } from '../keys/rotate-key.ts'
import type { Call } from '../kms.ts'
import type { Stored } from '../records.ts'

/** How a caller wants data encrypted; what is left out is chosen by the key spec. Empty text counts as left out. */
export interface BlockOptions {
  readonly algorithm?: string | undefined
  readonly aad?: Uint8Array | undefined
  readonly iv?: Uint8Array | undefined
  readonly paddingMode?: string | undefined
}

export interface BlockScheme {
  readonly algorithm: BlockAlgorithm
  /** absent for GCM */
  readonly padding: Padding | undefined
}

export interface Encrypted {
  readonly keyVersionId: string
  readonly scheme: BlockScheme
  /** empty for ECB */
  readonly iv: Uint8Array
  /** of GCM with the tag behind it */
  readonly ciphertext: Uint8Array
}

/**
 * The algorithm and padding that the options name for a key.
 * @throws KmsError `InvalidParameter` naming what does not fit
 */
export function blockScheme(call: Call, keySpec: string, options: BlockOptions): BlockScheme {
  const algorithm = chooseAlgorithm(symmetricEntry(keySpec).encryption, options.algorithm) as BlockAlgorithm | undefined
  if (algorithm === undefined) throw invalidParameter('Algorithm')
  // ECB shows equal blocks as equal ciphertext; it is there for those who must, and off for everyone else (SEC-24).
  if (algorithm.mode === 'ecb' && !call.kms.settings.allowEcb) throw invalidParameter('Algorithm')
  if (algorithm.mode !== 'gcm' && (options.aad?.length ?? 0) > 0) throw invalidParameter('Aad')
  const padding = options.paddingMode
    ? algorithm.paddings.find((name) => name === options.paddingMode)
    : algorithm.paddings[0]
  if (options.paddingMode && padding === undefined) throw invalidParameter('PaddingMode')
  return { algorithm, padding }
}

/**
 * Encrypts under a version of a symmetric key, counting the invocation. A version whose random IVs are used up
 * (2^32 invocations, NIST SP 800-38D §8.3) is replaced by a new primary version when it is the primary one of a key
 * that can rotate; else it refuses.
 *
 * @throws KmsError `InvalidParameter` for an IV or length that does not fit; `Rejected.LimitExceeded`
 */
export async function encryptUnder(
  call: Call,
  key: Stored<Key>,
  version: Stored<KeyVersion>,
  plaintext: Uint8Array,
  options: BlockOptions,
): Promise<Encrypted> {
  const scheme = blockScheme(call, key.body.keySpec, options)
  const fresh = await unexhausted(call, key, version)
  const material = await blockKey(call, fresh)
  const iv = ivFor(call, scheme, options.iv)
  call.audit.keyVersionId = fresh.id
  return { keyVersionId: fresh.id, scheme, iv, ciphertext: seal(material, scheme, iv, plaintext, options.aad) }
}

/**
 * Decrypts with a version of a symmetric key.
 * @throws KmsError `InvalidParameter` without a name, for whatever reason the ciphertext does not open (SEC-17)
 */
export async function decryptWith(
  call: Call,
  version: Stored<KeyVersion>,
  ciphertext: Uint8Array,
  scheme: BlockScheme,
  options: Pick<BlockOptions, 'iv' | 'aad'>,
): Promise<Uint8Array> {
  const material = await blockKey(call, version)
  call.audit.keyVersionId = version.id
  const iv = options.iv ?? new Uint8Array(0)
  try {
    if (scheme.algorithm.mode === 'gcm') return openGcm(material, iv, ciphertext, options.aad)
    return decryptBlocks(
      material,
      { mode: scheme.algorithm.mode, iv, padding: scheme.padding ?? 'PKCS7_PADDING' },
      ciphertext,
    )
  } catch (cause) {
    if (cause instanceof CryptoFailure) throw undecipherable(cause)
    throw cause
  }
}

async function unexhausted(call: Call, key: Stored<Key>, version: Stored<KeyVersion>): Promise<Stored<KeyVersion>> {
  const { kms } = call
  const limit = kms.settings.limits.encryptionsPerVersion
  if ((await kms.encryptions.count(version.id)) <= limit) return version
  // Imported material has no successor, and a caller that pins a version wants that one and no other.
  if (key.body.primaryVersionId !== version.id || key.body.origin === 'EXTERNAL') {
    throw new KmsError('Rejected.LimitExceeded')
  }
  const replacement = await replacedPrimary(call, key.id, version.id)
  if ((await kms.encryptions.count(replacement.id)) > limit) throw new KmsError('Rejected.LimitExceeded')
  return replacement
}

/** The primary version once `exhausted` is it no longer; of several callers that find it exhausted, one rotates. */
async function replacedPrimary(call: Call, keyId: string, exhausted: string): Promise<Stored<KeyVersion>> {
  const { kms } = call
  const rotated = await rotateKey(kms, keyId, (current) => current.body.primaryVersionId === exhausted)
  if (rotated !== undefined) return rotated
  const current = await kms.records.get(keys, keyId)
  const version = await kms.records.get(keyVersions, current?.body.primaryVersionId ?? '')
  if (version === undefined) throw new KmsError('Forbidden.KeyNotFound')
  return version
}

async function blockKey(call: Call, version: Stored<KeyVersion>): Promise<BlockKey> {
  const material = await materialOf(call, version)
  if (material.kind !== 'symmetric') throw new KmsError('UnsupportedOperation')
  return material
}

function ivFor(call: Call, { algorithm }: BlockScheme, given: Uint8Array | undefined): Uint8Array {
  if (given === undefined || given.length === 0) return call.kms.randomBytes(algorithm.ivBytes)
  if (given.length !== algorithm.ivBytes) throw invalidParameter('Iv')
  // Under one IV twice, known plaintext gives away the other: who may encrypt could decrypt.
  if (algorithm.mode === 'gcm' && call.kms.settings.refuseGivenIv) throw invalidParameter('Iv')
  return given
}

function seal(
  material: BlockKey,
  { algorithm, padding }: BlockScheme,
  iv: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array | undefined,
): Uint8Array {
  if (algorithm.mode === 'gcm') return sealGcm(material, iv, plaintext, aad)
  if (padding === 'NO_PADDING' && plaintext.length % 16 !== 0) throw invalidParameter('Plaintext')
  return encryptBlocks(material, { mode: algorithm.mode, iv, padding: padding ?? 'PKCS7_PADDING' }, plaintext)
}

function symmetricEntry(keySpec: string): SymmetricEntry {
  const entry = keySpecs.get(keySpec)
  if (entry?.kind !== 'symmetric') throw new KmsError('UnsupportedOperation')
  return entry
}
