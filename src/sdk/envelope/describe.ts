import { requireArgument } from './arguments.ts'
import { ByteReader, type ByteSource } from './byte-reader.ts'
import { detectBytes, detectFamily, isOneLine } from './detect.ts'
import { describeSdkMessage, describeSdkStream } from './encryption-sdk/describe.ts'
import { unknownFormat } from './errors.ts'
import { describeKeyhaven } from './keyhaven/describe.ts'
import { describeOnline } from './online/describe.ts'
import { describeSample } from './samples/describe.ts'
import type { EnvelopeDescription } from './summaries.ts'
import { wholeEnvelope } from './whole.ts'

/**
 * Says what an envelope is without decrypting it and without a KMS. Reads no more than the header where there is one.
 *
 * @param totalBytes - the length of the source, for the length of the plaintext
 * @throws EnvelopeError `UnknownFormat`, `DamagedHeader`, `AuthenticationFailed` for an impossible length
 */
export async function describeEnvelope(source: ByteSource, totalBytes?: number): Promise<EnvelopeDescription> {
  requireArgument('source', 'source', source)
  const reader = new ByteReader(source)
  try {
    const family = detectFamily(await reader.peek(detectBytes))
    if (family === undefined) throw unknownFormat()
    if (family === 'keyhaven') return await describeKeyhaven(reader, totalBytes)
    if (family === 'sdk-stream') return await describeSdkStream(reader)
    const envelope = await wholeEnvelope(reader)
    if (family === 'sdk-message') return describeSdkMessage(envelope)
    return family === 'text' && isOneLine(envelope) ? describeOnline(envelope) : describeSample(envelope)
  } finally {
    await reader.close()
  }
}
