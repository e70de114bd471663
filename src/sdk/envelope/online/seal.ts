import { encodeBase64 } from '../../../crypto/base64.ts'
import type { ByteReader } from '../byte-reader.ts'
import { callKms } from '../data-keys/call-kms.ts'
import { wrappedKeyFrom } from '../data-keys/data-key.ts'
import { locate, onlyRecipientOf } from '../data-keys/recipients.ts'
import { encodeContext } from '../encryption-context.ts'
import { contextField } from '../envelope-kms.ts'
import { EnvelopeError } from '../errors.ts'
import type { EncryptOptions } from '../options.ts'
import { summaryOf } from '../summaries.ts'
import type { Sealed } from '../verbs.ts'
import { once, wholePlaintext } from '../whole.ts'
import { onlineLimitBytes } from './limits.ts'

/** Lets the KMS encrypt the data itself, as the direct-encryption samples do. */
export async function sealOnline(reader: ByteReader, options: EncryptOptions): Promise<Sealed> {
  const plaintext = await wholePlaintext(reader, 'online', onlineLimitBytes)
  if (plaintext.length === 0)
    throw new EnvelopeError('InvalidArgument', 'format online cannot hold empty data; use another format')
  const { name: keyId, kms } = locate(onlyRecipientOf(options.keyId, 'online'), options.kms)
  const { encryptionContext = {} } = options
  encodeContext(encryptionContext)
  const answer = await callKms(keyId, options.signal, (callOptions) =>
    kms.encrypt({ keyId, plaintext: encodeBase64(plaintext), ...contextField(encryptionContext) }, callOptions),
  )
  const wrapped = wrappedKeyFrom(keyId, answer)
  const summary = { format: 'online', algorithm: 'KMS', keys: [summaryOf(wrapped)] } as const
  return { summary, bytes: once(Buffer.from(encodeBase64(wrapped.ciphertextBlob))) }
}
