import { encodeBase64 } from '../../../crypto/base64.ts'
import { contextField } from '../envelope-kms.ts'
import { callKms } from './call-kms.ts'
import { type DataKeyRequest, type WrappedKey, wrappedKeyFrom } from './data-key.ts'
import { locate } from './recipients.ts'

/** Seals an existing data key for each recipient. @throws EnvelopeError `KeyUnavailable` */
export async function wrapDataKey(
  plaintext: Uint8Array,
  request: Omit<DataKeyRequest, 'numberOfBytes'>,
): Promise<WrappedKey[]> {
  const wrapped: WrappedKey[] = []
  for (const recipient of request.recipients) {
    const { name, kms } = locate(recipient, request.kms)
    const answer = await callKms(name, request.signal, (options) =>
      kms.encrypt(
        { keyId: name, plaintext: encodeBase64(plaintext), ...contextField(request.encryptionContext) },
        options,
      ),
    )
    wrapped.push(wrappedKeyFrom(name, answer))
  }
  return wrapped
}
