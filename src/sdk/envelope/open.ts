import { ByteReader, type ByteSource } from './byte-reader.ts'
import { detectBytes, detectFamily, isOneLine } from './detect.ts'
import { openSdkMessage, openSdkStream } from './encryption-sdk/open.ts'
import { unknownFormat } from './errors.ts'
import { requireFormat } from './formats.ts'
import { openKeyhaven } from './keyhaven/open.ts'
import { openOnline } from './online/open.ts'
import type { DecryptOptions } from './options.ts'
import { openSample } from './samples/open.ts'
import type { Opened, OpenHints } from './verbs.ts'
import { wholeEnvelope } from './whole.ts'

/**
 * Recognises the format, recovers the data key and opens the envelope. Of the returned bytes, nothing is handed out
 * before it is authenticated, unless `hints.isDiscardedOnError` says that the caller takes care of that.
 *
 * @throws EnvelopeError; what the source throws passes through
 */
export async function open(source: ByteSource, options: DecryptOptions, hints: OpenHints): Promise<Opened> {
  const reader = new ByteReader(source, options.signal)
  try {
    const opened = await openAny(reader, options, hints)
    requireFormat(opened.summary.format, options.format)
    return opened
  } catch (error) {
    await reader.close()
    throw error
  }
}

async function openAny(reader: ByteReader, options: DecryptOptions, hints: OpenHints): Promise<Opened> {
  const family = detectFamily(await reader.peek(detectBytes))
  if (family === undefined) throw unknownFormat()
  if (family === 'keyhaven') return openKeyhaven(reader, options)
  if (family === 'sdk-stream') return openSdkStream(reader, options, hints)
  const envelope = await wholeEnvelope(reader)
  if (family === 'sdk-message') return openSdkMessage(envelope, options)
  // Several lines are a wrapped ciphertext only if the reader says so: they could be an envelope that lost some.
  const isDirect = family === 'text' && (isOneLine(envelope) || options.format === 'online')
  return isDirect ? openOnline(envelope, options) : openSample(envelope, options)
}
