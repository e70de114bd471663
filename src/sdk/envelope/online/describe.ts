import { keyVersionOf } from '../data-keys/key-version.ts'
import type { EnvelopeDescription } from '../summaries.ts'
import { parseOnline } from './blob.ts'

export function describeOnline(text: Uint8Array): EnvelopeDescription {
  const key = { name: '', keyId: '', keyVersionId: keyVersionOf(parseOnline(text)) }
  return { format: 'online', algorithm: 'KMS', keys: [key], isAuthenticated: true }
}
