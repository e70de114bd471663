import type { ByteReader } from '../byte-reader.ts'
import { type WrappedKey, wipe } from '../data-keys/data-key.ts'
import { recipientsOf } from '../data-keys/recipients.ts'
import { recoverDataKey } from '../data-keys/recover.ts'
import { wrapDataKey } from '../data-keys/wrap.ts'
import { authenticationFailed } from '../errors.ts'
import type { RewrapOptions } from '../options.ts'
import type { Rewrapped, SealHints } from '../verbs.ts'
import { encodeHeader, envelopeKeys, isKeyOf, type ParsedHeader } from './header.ts'
import { readHeader } from './read-header.ts'

/** The same body behind another header. */
export async function rewrapKeyhaven(
  reader: ByteReader,
  options: RewrapOptions,
  { headerAlignment }: Pick<SealHints, 'headerAlignment'>,
): Promise<Rewrapped> {
  const { header, keys } = await rewrapHeader(await readHeader(reader), options, headerAlignment)
  return { keys, bytes: reader.restAfter(header) }
}

/**
 * A new header for the same body. The context stays: data key and chunks are bound to it.
 *
 * @param alignment - as in `encodeHeader`; the length of the present header makes the new one as long, if it fits
 * @throws EnvelopeError `KeyUnavailable`, `AuthenticationFailed`, `TooLarge`
 */
export async function rewrapHeader(
  header: ParsedHeader,
  options: RewrapOptions,
  alignment: number,
): Promise<{ header: Uint8Array; keys: readonly WrappedKey[] }> {
  const { encryptionContext } = header
  const accept = (key: Uint8Array): boolean => isKeyOf(header, key)
  const { kms, signal } = options
  const { plaintext } = await recoverDataKey(
    header.wrappedKeys,
    { kms, signal, encryptionContext },
    accept,
    authenticationFailed,
  )
  try {
    const added = await wrapDataKey(plaintext, { kms, signal, encryptionContext, recipients: recipientsOf(options.to) })
    const keys = options.keepPresentKeys ? [...header.wrappedKeys, ...added] : added
    const { headerKey, chunkKey } = envelopeKeys(header, plaintext)
    const bytes = encodeHeader({ ...header, wrappedKeys: keys }, headerKey, alignment)
    wipe(headerKey, chunkKey)
    return { header: bytes, keys }
  } finally {
    wipe(plaintext)
  }
}
