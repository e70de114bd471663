import { randomBytes } from 'node:crypto'
import { encodeBase64 } from '../../../crypto/base64.ts'
import type { ByteReader } from '../byte-reader.ts'
import { wipe } from '../data-keys/data-key.ts'
import { obtainDataKey } from '../data-keys/obtain.ts'
import { onlyRecipientOf } from '../data-keys/recipients.ts'
import { EnvelopeError } from '../errors.ts'
import type { SampleFormat } from '../formats.ts'
import type { EncryptOptions } from '../options.ts'
import { summaryOf } from '../summaries.ts'
import type { Sealed } from '../verbs.ts'
import { once, wholePlaintext } from '../whole.ts'
import { algorithmOf, sampleDataKeyBytes, sealFourLine, sealSampleGcm } from './aead.ts'
import { formatLineEnvelope } from './lines.ts'
import { formatV2Object } from './object.ts'

/** Writes what the envelope samples of one language read. */
export async function sealSample(format: SampleFormat, reader: ByteReader, options: EncryptOptions): Promise<Sealed> {
  const plaintext = await wholePlaintext(reader, format)
  if (options.algorithm !== undefined && options.algorithm !== 'AES_256_GCM')
    throw new EnvelopeError('InvalidArgument', `format ${format} has one algorithm only, not ${options.algorithm}`)
  const { kms, cache, signal, encryptionContext = {} } = options
  const recipients = [onlyRecipientOf(options.keyId, format)]
  const request = { kms, recipients, numberOfBytes: sampleDataKeyBytes, encryptionContext, signal }
  const dataKey = await obtainDataKey(request, { cache, purpose: format, plaintextBytes: plaintext.length })
  try {
    const [wrapped] = dataKey.wrappedKeys
    if (wrapped === undefined) throw new EnvelopeError('KeyUnavailable', 'the KMS gave no wrapped data key')
    const bytes = sampleEnvelope(format, plaintext, dataKey.plaintext, wrapped.ciphertextBlob)
    return { summary: { format, algorithm: algorithmOf(format), keys: [summaryOf(wrapped)] }, bytes: once(bytes) }
  } finally {
    wipe(dataKey.plaintext)
  }
}

function sampleEnvelope(
  format: SampleFormat,
  plaintext: Uint8Array,
  dataKey: Uint8Array,
  ciphertextBlob: Uint8Array,
): Uint8Array {
  if (format === 'java-go-gcm-3line' || format === 'java-v2-object') {
    const iv = randomBytes(12)
    const sealed = sealSampleGcm(dataKey, iv, plaintext)
    if (format === 'java-go-gcm-3line') return formatLineEnvelope({ lines: 3, ciphertextBlob, iv, sealed })
    return formatV2Object({ encryptedDataKey: encodeBase64(ciphertextBlob), iv, cipherText: sealed })
  }
  const nonce = randomBytes(16)
  const parts = sealFourLine(format === 'python-eax-4line' ? 'eax' : 'gcm', dataKey, nonce, plaintext)
  return formatLineEnvelope({ lines: 4, ciphertextBlob, nonce, ...parts })
}
