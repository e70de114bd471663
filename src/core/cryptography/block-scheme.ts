import {
  type BlockAlgorithm,
  chooseAlgorithm,
  keySpecs,
  type Padding,
  type SymmetricEntry,
} from '../../crypto/algorithms.ts'
import type { KeyMode } from '../../crypto/mode-key.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'

/** How a caller wants data encrypted; what is left out is chosen by the key spec. Empty text counts as left out. */
export interface BlockOptions {
  readonly algorithm?: string | undefined
  readonly aad?: Uint8Array | undefined
  readonly iv?: Uint8Array | undefined
  readonly paddingMode?: string | undefined
}

export interface BlockScheme {
  readonly algorithm: BlockAlgorithm
  /** absent for GCM and CTR */
  readonly padding: Padding | undefined
}

/**
 * The algorithm and padding that the options name for a key. Whoever encrypts or decrypts, and wherever the names are
 * from (parameters or a ciphertext's own header), they are looked at here.
 *
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

const modes = { cbc: 'CBC', ctr: 'CTR', ecb: 'ECB' } as const

/** The mode that encrypting in this scheme is, under an IV of the caller's or one that is made here. */
export function encryptingMode({ algorithm }: BlockScheme, givenIv: Uint8Array | undefined): KeyMode {
  if (algorithm.mode !== 'gcm') return modes[algorithm.mode]
  return isGiven(givenIv) ? 'GCM_GIVEN_IV' : 'GCM'
}

/**
 * The IV to encrypt under: the caller's, or a random one.
 *
 * @throws KmsError `InvalidParameter` naming Iv where the scheme takes none of that length, or none at all
 */
export function encryptingIv(call: Call, { algorithm }: BlockScheme, given: Uint8Array | undefined): Uint8Array {
  if (!isGiven(given)) return call.kms.randomBytes(algorithm.ivBytes)
  if (given.length !== algorithm.ivBytes) throw invalidParameter('Iv')
  // In CTR encrypting and decrypting are one function: who chooses the IV can have anything decrypted.
  if (algorithm.mode === 'ctr') throw invalidParameter('Iv', 'CTR takes none: the IV is made here.')
  if (algorithm.mode === 'gcm' && call.kms.settings.refuseGivenIv) throw invalidParameter('Iv')
  return given
}

const isGiven = (iv: Uint8Array | undefined): iv is Uint8Array => iv !== undefined && iv.length > 0

function symmetricEntry(keySpec: string): SymmetricEntry {
  const entry = keySpecs.get(keySpec)
  if (entry?.kind !== 'symmetric') throw new KmsError('UnsupportedOperation')
  return entry
}
