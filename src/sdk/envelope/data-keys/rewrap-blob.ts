import { encodeBase64 } from '../../../crypto/base64.ts'
import { contextField, type EnvelopeKms } from '../envelope-kms.ts'
import { EnvelopeError } from '../errors.ts'
import type { RewrapOptions } from '../options.ts'
import { callKms, openedContent } from './call-kms.ts'
import { type WrappedKey, wrappedKeyFrom } from './data-key.ts'
import { locate, recipientsOf } from './recipients.ts'

/**
 * The blob of a format with room for one key, for another key. Where the KMS can re-encrypt, the data key stays inside
 * it.
 *
 * @throws EnvelopeError `KeyUnavailable`, `InvalidArgument` for more than one key
 */
export async function rewrapBlob(ciphertextBlob: Uint8Array, options: RewrapOptions): Promise<WrappedKey> {
  const [recipient, ...others] = recipientsOf(options.to)
  if (others.length > 0 || options.keepPresentKeys)
    throw new EnvelopeError('InvalidArgument', 'this format has room for one key only')
  const { kms, signal, encryptionContext = {} } = options
  const { name, kms: target } = locate(recipient, kms)
  const keyId = typeof recipient === 'string' && kms.reEncrypt ? await idBehind(name, kms, signal) : undefined
  if (keyId !== undefined) return reEncrypted(ciphertextBlob, { name, keyId }, options)
  const opened = await callKms('of this envelope', signal, (call) =>
    kms.decrypt({ ciphertextBlob, ...contextField(encryptionContext) }, call),
  )
  const content = openedContent(opened)
  const plaintext = typeof content === 'string' ? content : encodeBase64(content)
  const answer = await callKms(name, signal, (call) =>
    target.encrypt({ keyId: name, plaintext, ...contextField(encryptionContext) }, call),
  )
  return wrappedKeyFrom(name, answer)
}

async function reEncrypted(
  ciphertextBlob: Uint8Array,
  { name, keyId }: { readonly name: string; readonly keyId: string },
  { kms, signal, encryptionContext = {} }: RewrapOptions,
): Promise<WrappedKey> {
  const context = { ...encryptionContext }
  const contexts =
    Object.keys(context).length === 0 ? {} : { sourceEncryptionContext: context, destinationEncryptionContext: context }
  const request = { ciphertextBlob, destinationKeyId: keyId, ...contexts }
  const answer = await callKms(name, signal, async (call) => (await kms.reEncrypt?.(request, call)) ?? {})
  return wrappedKeyFrom(name, { ...answer, keyId, keyVersionId: '' })
}

/** @returns undefined if the KMS cannot tell what an alias stands for */
async function idBehind(name: string, kms: EnvelopeKms, signal: AbortSignal | undefined): Promise<string | undefined> {
  if (!name.startsWith('alias/')) return name
  const answer = await callKms(name, signal, async (call) => (await kms.describeKey?.({ keyId: name }, call)) ?? {})
  return answer.keyMetadata?.keyId
}
