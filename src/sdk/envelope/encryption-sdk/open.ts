import { ByteReader } from '../byte-reader.ts'
import { collected } from '../collected.ts'
import { wipe } from '../data-keys/data-key.ts'
import { requireContext } from '../encryption-context.ts'
import { authenticationFailed } from '../errors.ts'
import type { SdkFormat } from '../formats.ts'
import type { DecryptOptions } from '../options.ts'
import { requireCipher } from '../require-cipher.ts'
import { spoolVerified } from '../spool.ts'
import { summaryOf } from '../summaries.ts'
import type { Opened, OpenHints } from '../verbs.ts'
import { once } from '../whole.ts'
import { requireAuthenticated } from './algorithm.ts'
import { type BodyCipher, openSdkBody } from './body.ts'
import type { Head } from './head.ts'
import { recoverHeadKey } from './head-keys.ts'
import { decodeMessage } from './message.ts'
import { readStreamStart } from './stream.ts'

/** Opens a DER message; the whole content is authenticated before any of it is returned. */
export async function openSdkMessage(bytes: Uint8Array, options: DecryptOptions): Promise<Opened> {
  const { head, body } = decodeMessage(bytes)
  const { algorithm } = head
  if (body.iv.length !== algorithm.ivBytes || body.authTag.length !== algorithm.tagBytes) throw authenticationFailed()
  const { cipher, summary } = await unlock(head, body.iv, 'sdk-message', options)
  try {
    const sealed = new ByteReader([body.ciphertext, body.authTag])
    const plaintext = await collected(openSdkBody(sealed, cipher, options.signal))
    return { summary, bytes: once(plaintext) }
  } finally {
    wipe(cipher.dataKey)
  }
}

/**
 * Opens a stream. Its only tag is at the end: unless the caller discards everything on an error, the ciphertext is kept
 * in a temporary file, checked as a whole, and then decrypted a second time.
 */
export async function openSdkStream(reader: ByteReader, options: DecryptOptions, hints: OpenHints): Promise<Opened> {
  const { head, iv } = await readStreamStart(reader)
  const { cipher, summary } = await unlock(head, iv, 'sdk-stream', options)
  const openAll = (source: ByteReader): AsyncGenerator<Uint8Array> => openSdkBody(source, cipher, options.signal)
  const mayFlow = hints.isDiscardedOnError || head.algorithm.tagBytes === 0
  return { summary, bytes: wiping(cipher, reader, mayFlow ? openAll(reader) : spoolVerified(reader, openAll)) }
}

async function* wiping(
  { dataKey }: BodyCipher,
  reader: ByteReader,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes
  } finally {
    wipe(dataKey)
    await reader.close()
  }
}

async function unlock(
  head: Head,
  iv: Uint8Array,
  format: SdkFormat,
  options: DecryptOptions,
): Promise<{ cipher: BodyCipher; summary: Opened['summary'] }> {
  const { algorithm, encryptionContext } = head
  requireCipher(algorithm.cipher, algorithm.headerCipher)
  requireAuthenticated(algorithm, options.allowUnauthenticated)
  requireContext(encryptionContext, options.encryptionContext)
  const recovered = await recoverHeadKey(head, options)
  const summary = { format, algorithm: algorithm.name, key: summaryOf(recovered.wrappedKey), encryptionContext }
  return { cipher: { algorithm, dataKey: recovered.plaintext, iv, encryptionContext }, summary }
}
