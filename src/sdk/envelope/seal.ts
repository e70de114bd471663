import { ByteReader, type ByteSource } from './byte-reader.ts'
import { recipientsOf } from './data-keys/recipients.ts'
import { sealSdk } from './encryption-sdk/seal.ts'
import type { EnvelopeFormat } from './formats.ts'
import { sealKeyhaven } from './keyhaven/seal.ts'
import { isDataKeyLength, onlineLimitBytes } from './online/limits.ts'
import { sealOnline } from './online/seal.ts'
import type { EncryptOptions } from './options.ts'
import { sealSample } from './samples/seal.ts'
import type { Sealed, SealHints } from './verbs.ts'

/**
 * Reads `source` and turns it into an envelope.
 *
 * @throws EnvelopeError; what the source throws passes through
 */
export async function seal(source: ByteSource, options: EncryptOptions, hints: SealHints): Promise<Sealed> {
  const reader = new ByteReader(source, options.signal)
  try {
    return await sealAs(await chooseFormat(reader, options), reader, options, hints)
  } catch (error) {
    await reader.close()
    throw error
  }
}

function sealAs(
  format: EnvelopeFormat,
  reader: ByteReader,
  options: EncryptOptions,
  hints: SealHints,
): Promise<Sealed> {
  switch (format) {
    case 'keyhaven':
      return sealKeyhaven(reader, options, hints)
    case 'sdk-message':
    case 'sdk-stream':
      return sealSdk(format, reader, options, hints)
    case 'online':
      return sealOnline(reader, options)
    default:
      return sealSample(format, reader, options)
  }
}

async function chooseFormat(reader: ByteReader, options: EncryptOptions): Promise<EnvelopeFormat> {
  const { format = 'keyhaven' } = options
  if (format !== 'auto') return format
  const { length } = await reader.peek(onlineLimitBytes + 1)
  // Neither can hold these: nothing at all, and what a reader would take for a data key.
  const isSuitable = length > 0 && length <= onlineLimitBytes && !isDataKeyLength(length)
  return isSuitable && recipientsOf(options.keyId).length === 1 && options.algorithm === undefined
    ? 'online'
    : 'keyhaven'
}
