import { type WrappedKey, wipe } from '../data-keys/data-key.ts'
import { keyVersionOf } from '../data-keys/key-version.ts'
import { recoverDataKey } from '../data-keys/recover.ts'
import { authenticationFailed } from '../errors.ts'
import type { SampleFormat } from '../formats.ts'
import type { DecryptOptions } from '../options.ts'
import { summaryOf } from '../summaries.ts'
import type { Opened } from '../verbs.ts'
import { once } from '../whole.ts'
import { algorithmOf, openFourLine, openSampleGcm, sampleDataKeyBytes } from './aead.ts'
import { parseSample, type SampleEnvelope } from './parse.ts'

/** Opens a text envelope or object of the samples; all of it is authenticated before this returns. */
export async function openSample(envelope: Uint8Array, options: DecryptOptions): Promise<Opened> {
  const sample = parseSample(envelope)
  const { ciphertextBlob } = sample
  const { kms, cache, signal, encryptionContext = {} } = options
  const wrapped: WrappedKey = { name: '', keyId: '', keyVersionId: keyVersionOf(ciphertextBlob), ciphertextBlob }
  const recovered = await recoverDataKey(
    [wrapped],
    { kms, cache, signal, encryptionContext },
    (key) => key.length === sampleDataKeyBytes,
    authenticationFailed,
  )
  try {
    const { format, plaintext } = openWith(recovered.plaintext, sample)
    const summary = { format, algorithm: algorithmOf(format), key: summaryOf(wrapped), encryptionContext }
    return { summary, bytes: once(plaintext) }
  } finally {
    wipe(recovered.plaintext)
  }
}

function openWith(dataKey: Uint8Array, sample: SampleEnvelope): { format: SampleFormat; plaintext: Uint8Array } {
  if (sample.form === 'object')
    return { format: 'java-v2-object', plaintext: openSampleGcm(dataKey, sample.iv, sample.cipherText) }
  if (sample.lines === 3)
    return { format: 'java-go-gcm-3line', plaintext: openSampleGcm(dataKey, sample.iv, sample.sealed) }
  const { mode, plaintext } = openFourLine(dataKey, sample)
  return { format: mode === 'eax' ? 'python-eax-4line' : 'python-gcm-4line', plaintext }
}
