import { keyVersionOf } from '../data-keys/key-version.ts'
import type { EnvelopeDescription } from '../summaries.ts'
import { parseSample, type SampleEnvelope } from './parse.ts'

export function describeSample(envelope: Uint8Array): EnvelopeDescription {
  const sample = parseSample(envelope)
  const key = { name: '', keyId: '', keyVersionId: keyVersionOf(sample.ciphertextBlob) }
  return { ...kindOf(sample), keys: [key], isAuthenticated: true }
}

function kindOf(sample: SampleEnvelope): { format: string; algorithm: string; plaintextBytes: number } {
  if (sample.form === 'object')
    return { format: 'java-v2-object', algorithm: 'AES_256_GCM', plaintextBytes: sample.cipherText.length - 16 }
  if (sample.lines === 3)
    return { format: 'java-go-gcm-3line', algorithm: 'AES_256_GCM', plaintextBytes: sample.sealed.length - 16 }
  const algorithm = 'AES_256_EAX or AES_256_GCM'
  return { format: 'python-4line', algorithm, plaintextBytes: sample.ciphertext.length }
}
