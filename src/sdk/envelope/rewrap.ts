import type { ByteReader } from './byte-reader.ts'
import { detectBytes, detectFamily, isOneLine } from './detect.ts'
import { rewrapSdkMessage, rewrapSdkStream } from './encryption-sdk/rewrap.ts'
import { unknownFormat } from './errors.ts'
import { rewrapKeyhaven } from './keyhaven/rewrap.ts'
import { rewrapOnline } from './online/rewrap.ts'
import type { RewrapOptions } from './options.ts'
import { rewrapSample } from './samples/rewrap.ts'
import type { Rewrapped, SealHints } from './verbs.ts'
import { wholeEnvelope } from './whole.ts'

/**
 * An envelope of the same format with the same data, whose data key other keys protect.
 *
 * @throws EnvelopeError `KeyUnavailable`, `AuthenticationFailed`, `UnknownFormat`, `DamagedHeader`, `InvalidArgument`
 */
export async function rewrap(
  reader: ByteReader,
  options: RewrapOptions,
  hints: Pick<SealHints, 'headerAlignment'>,
): Promise<Rewrapped> {
  const family = detectFamily(await reader.peek(detectBytes))
  if (family === undefined) throw unknownFormat()
  if (family === 'keyhaven') return rewrapKeyhaven(reader, options, hints)
  if (family === 'sdk-stream') return rewrapSdkStream(reader, options)
  const envelope = await wholeEnvelope(reader)
  if (family === 'sdk-message') return rewrapSdkMessage(envelope, options)
  return family === 'text' && isOneLine(envelope) ? rewrapOnline(envelope, options) : rewrapSample(envelope, options)
}
