import { createSecretKey } from 'node:crypto'
import { openGcmAnyIv, sealGcmAnyIv } from '../../../crypto/block-cipher.ts'
import { openEax, sealEax } from '../../../crypto/eax.ts'
import { CryptoFailure } from '../../../crypto/failure.ts'
import { authenticationFailed } from '../errors.ts'
import type { SampleFormat } from '../formats.ts'
import type { LineEnvelope } from './lines.ts'

export const sampleDataKeyBytes = 32

/** What its reports call the one algorithm of a format. */
export function algorithmOf(format: SampleFormat): string {
  return format === 'python-eax-4line' ? 'AES_256_EAX' : 'AES_256_GCM'
}

/** AES-256 in GCM as all official samples but the document's Python use it: no associated data, tag at the end. */
export function sealSampleGcm(dataKey: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return sealGcmAnyIv({ cipher: 'aes-256', secret: createSecretKey(dataKey) }, iv, plaintext)
}

/** @throws EnvelopeError `AuthenticationFailed` */
export function openSampleGcm(dataKey: Uint8Array, iv: Uint8Array, sealed: Uint8Array): Uint8Array {
  const plaintext = attempt(() => openGcmAnyIv({ cipher: 'aes-256', secret: createSecretKey(dataKey) }, iv, sealed))
  if (plaintext === undefined) throw authenticationFailed()
  return plaintext
}

/** The four-line form with the cipher of the documentation (EAX) or of the Python sample (GCM). */
export function sealFourLine(
  mode: 'eax' | 'gcm',
  dataKey: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
): { ciphertext: Uint8Array; tag: Uint8Array } {
  const sealed =
    mode === 'eax' ? sealEax(createSecretKey(dataKey), nonce, plaintext) : sealSampleGcm(dataKey, nonce, plaintext)
  return { ciphertext: sealed.subarray(0, plaintext.length), tag: sealed.subarray(plaintext.length) }
}

/**
 * The two four-line forms look alike: the tag decides. GCM first, because it is the quicker answer.
 *
 * @throws EnvelopeError `AuthenticationFailed`
 */
export function openFourLine(
  dataKey: Uint8Array,
  { nonce, ciphertext, tag }: Extract<LineEnvelope, { lines: 4 }>,
): { mode: 'eax' | 'gcm'; plaintext: Uint8Array } {
  const secret = createSecretKey(dataKey)
  const sealed = Buffer.concat([ciphertext, tag])
  const gcm = attempt(() => openGcmAnyIv({ cipher: 'aes-256', secret }, nonce, sealed))
  if (gcm) return { mode: 'gcm', plaintext: gcm }
  const eax = attempt(() => openEax(secret, nonce, sealed))
  if (eax) return { mode: 'eax', plaintext: eax }
  throw authenticationFailed()
}

function attempt(open: () => Uint8Array): Uint8Array | undefined {
  try {
    return open()
  } catch (error) {
    if (error instanceof CryptoFailure) return undefined
    throw error
  }
}
