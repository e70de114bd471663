import type { BlockKey } from '../../crypto/block-cipher.ts'
import { CryptoFailure } from '../../crypto/failure.ts'
import type { KeyMode } from '../../crypto/mode-key.ts'
import { invalidParameter, KmsError, undecipherable } from '../errors.ts'
import { type Key, type KeyVersion, keys, keyVersions } from '../keys/key.ts'
import { type KeyAndVersion, materialOf } from '../keys/key-version.ts'
import { rotateKey } from '../keys/rotate-key.ts'
import type { Call } from '../kms.ts'
import type { Stored } from '../records.ts'
import { type BlockOptions, type BlockScheme, blockScheme, encryptingIv, encryptingMode } from './block-scheme.ts'
import { countedId } from './encryption-counts.ts'
import { derivedCipher, type ModeCipher, rawCipher } from './mode-cipher.ts'
import { claimForDecrypting, claimForEncrypting, requireOpening } from './raw-key-mode.ts'

export interface Encrypted {
  readonly keyVersionId: string
  readonly scheme: BlockScheme
  /** empty for ECB */
  readonly iv: Uint8Array
  /** of GCM with the tag behind it */
  readonly ciphertext: Uint8Array
}

/**
 * Encrypts under a version of a symmetric key, counting the invocation. A version whose random IVs are used up
 * (2^32 invocations, NIST SP 800-38D §8.3) is replaced by a new primary version when it is the primary one of a key
 * that can rotate; else it refuses.
 *
 * @throws KmsError `InvalidParameter` for an IV or length that does not fit, or a mode that the version does not work
 * in; `Rejected.LimitExceeded`
 */
export async function encryptUnder(
  call: Call,
  key: Stored<Key>,
  version: Stored<KeyVersion>,
  plaintext: Uint8Array,
  options: BlockOptions,
): Promise<Encrypted> {
  const { kms } = call
  const scheme = blockScheme(call, key.body.keySpec, options)
  const mode = encryptingMode(scheme, options.iv)
  const iv = encryptingIv(call, scheme, options.iv)
  requireWholeBlocks(scheme, plaintext)
  const served = isDerived(version) ? version : await claimForEncrypting(call, { key, version }, mode)
  const isExhausted = (await kms.encryptions.count(countedId(served, mode))) > kms.settings.limits.encryptionsPerVersion
  const fresh = isExhausted ? await successor(call, key, served, mode) : served
  const cipher = cipherOf(await blockKey(call, fresh), fresh, mode, scheme)
  call.audit.keyVersionId = fresh.id
  return { keyVersionId: fresh.id, scheme, iv, ciphertext: cipher.seal(iv, plaintext, options.aad) }
}

export interface Decrypted {
  /** the caller wipes it, unless it is the answer */
  readonly plaintext: Uint8Array
  readonly scheme: BlockScheme
}

/**
 * Decrypts with a version of a symmetric key.
 *
 * @throws KmsError `InvalidParameter`: with a name when the key does not work so, without one for whatever other reason
 * the ciphertext does not open (SEC-17)
 */
export async function decryptWith(
  call: Call,
  found: KeyAndVersion,
  ciphertext: Uint8Array,
  options: BlockOptions,
): Promise<Decrypted> {
  const { key, version } = found
  const scheme = blockScheme(call, key.body.keySpec, options)
  const mode = encryptingMode(scheme, undefined)
  if (!isDerived(version)) await requireOpening(call, found, mode)
  // A GCM ciphertext does not say whose IV it has.
  const material = await blockKey(call, version)
  const modes: readonly KeyMode[] = isDerived(version) && mode === 'GCM' ? ['GCM', 'GCM_GIVEN_IV'] : [mode]
  call.audit.keyVersionId = version.id
  const plaintext = firstOpened(modes, (one) =>
    cipherOf(material, version, one, scheme).open(options.iv ?? new Uint8Array(0), ciphertext, options.aad),
  )
  if (!isDerived(version)) await claimForDecrypting(call, found, mode)
  return { plaintext, scheme }
}

const isDerived = (version: Stored<KeyVersion>): boolean => version.body.modes === 'derived'

/** A raw key is the same in whatever mode. */
const cipherOf = (material: BlockKey, version: Stored<KeyVersion>, mode: KeyMode, scheme: BlockScheme): ModeCipher =>
  isDerived(version) ? derivedCipher(material, mode, scheme) : rawCipher(material, scheme)

function firstOpened(modes: readonly KeyMode[], open: (mode: KeyMode) => Uint8Array): Uint8Array {
  for (const mode of modes) {
    try {
      return open(mode)
    } catch (cause) {
      if (!(cause instanceof CryptoFailure)) throw cause
    }
  }
  throw undecipherable()
}

/** The version to use instead of one whose random IVs are used up. */
async function successor(
  call: Call,
  key: Stored<Key>,
  version: Stored<KeyVersion>,
  mode: KeyMode,
): Promise<Stored<KeyVersion>> {
  const { kms } = call
  // Imported material has no successor, and a caller that pins a version wants that one and no other.
  if (key.body.primaryVersionId !== version.id || key.body.origin === 'EXTERNAL') {
    throw new KmsError('Rejected.LimitExceeded')
  }
  const replacement = await replacedPrimary(call, key.id, version.id)
  const counted = await kms.encryptions.count(countedId(replacement, mode))
  if (counted > kms.settings.limits.encryptionsPerVersion) throw new KmsError('Rejected.LimitExceeded')
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

function requireWholeBlocks({ algorithm, padding }: BlockScheme, plaintext: Uint8Array): void {
  const isPadded = algorithm.paddings.length === 0 || padding === 'PKCS7_PADDING'
  if (!isPadded && plaintext.length % 16 !== 0) throw invalidParameter('Plaintext')
}
