import { type CipherGCM, createCipheriv, createDecipheriv, type DecipherGCM } from 'node:crypto'
import type { ByteReader } from '../byte-reader.ts'
import { type EncryptionContext, encodeContext } from '../encryption-context.ts'
import { authenticationFailed, EnvelopeError, throwIfAborted } from '../errors.ts'
import type { SdkAlgorithm } from './algorithm.ts'

/** How a body is encrypted: one cipher run from its first byte to its last, without frames. */
export interface BodyCipher {
  readonly algorithm: SdkAlgorithm
  readonly dataKey: Uint8Array
  readonly iv: Uint8Array
  readonly encryptionContext: EncryptionContext
}

const portionBytes = 1 << 18

/** Yields the ciphertext, and for authenticated algorithms the tag as a last piece of its own. */
export async function* sealSdkBody(
  reader: ByteReader,
  body: BodyCipher,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { algorithm } = body
  const cipher = createCipheriv(
    algorithm.cipher as 'aes-256-gcm',
    body.dataKey,
    body.iv,
    optionsFor(algorithm),
  ) as CipherGCM
  cipher.setAutoPadding(algorithm.isPadded)
  if (algorithm.tagBytes > 0) cipher.setAAD(encodeContext(body.encryptionContext))
  let plaintextBytes = 0
  while (!(await reader.atEnd())) {
    throwIfAborted(signal)
    const portion = await reader.take(portionBytes)
    plaintextBytes += portion.length
    yield cipher.update(portion)
  }
  if (plaintextBytes % algorithm.blockBytes !== 0)
    throw new EnvelopeError(
      'InvalidArgument',
      `${algorithm.name} takes whole blocks of ${algorithm.blockBytes} bytes, not ${plaintextBytes}`,
    )
  yield cipher.final()
  if (algorithm.tagBytes > 0) yield cipher.getAuthTag()
}

/**
 * Yields plaintext before it is authenticated: the format has one tag, at its end. Callers keep it out of reach until
 * this generator has ended without an error.
 *
 * @param reader - ciphertext followed by the tag
 * @throws EnvelopeError `AuthenticationFailed`
 */
export async function* openSdkBody(
  reader: ByteReader,
  body: BodyCipher,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { algorithm } = body
  const decipher = createDecipheriv(
    algorithm.cipher as 'aes-256-gcm',
    body.dataKey,
    body.iv,
    optionsFor(algorithm),
  ) as DecipherGCM
  decipher.setAutoPadding(algorithm.isPadded)
  if (algorithm.tagBytes > 0) decipher.setAAD(encodeContext(body.encryptionContext))
  let held = await reader.take(algorithm.tagBytes)
  while (!(await reader.atEnd())) {
    throwIfAborted(signal)
    const joined = Buffer.concat([held, await reader.take(portionBytes)])
    held = joined.subarray(joined.length - algorithm.tagBytes)
    yield decipher.update(joined.subarray(0, joined.length - algorithm.tagBytes))
  }
  if (held.length !== algorithm.tagBytes) throw authenticationFailed()
  yield finish(decipher, held)
}

function finish(decipher: DecipherGCM, tag: Uint8Array): Uint8Array {
  try {
    if (tag.length > 0) decipher.setAuthTag(tag)
    return decipher.final()
  } catch {
    throw authenticationFailed()
  }
}

function optionsFor({ tagBytes }: SdkAlgorithm): { authTagLength: number } | undefined {
  return tagBytes > 0 ? { authTagLength: tagBytes } : undefined
}
