import type { ByteReader } from '../byte-reader.ts'
import { type EnvelopeDescription, summaryOf } from '../summaries.ts'
import type { Head } from './head.ts'
import { wrappedKeysOf } from './head-keys.ts'
import { decodeMessage } from './message.ts'
import { readStreamStart } from './stream.ts'

export function describeSdkMessage(envelope: Uint8Array): EnvelopeDescription {
  const { head, body } = decodeMessage(envelope)
  const description = describeHead('sdk-message', head)
  // Padding hides how much of it is content.
  return head.algorithm.isPadded ? description : { ...description, plaintextBytes: body.ciphertext.length }
}

export async function describeSdkStream(reader: ByteReader): Promise<EnvelopeDescription> {
  return describeHead('sdk-stream', (await readStreamStart(reader)).head)
}

function describeHead(format: string, head: Head): EnvelopeDescription {
  const { algorithm, encryptionContext } = head
  return {
    format,
    algorithm: algorithm.name,
    keys: wrappedKeysOf(head).map(summaryOf),
    encryptionContext,
    isAuthenticated: algorithm.tagBytes > 0,
  }
}
