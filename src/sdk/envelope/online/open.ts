import { decodeBase64 } from '../../../crypto/base64.ts'
import { callKms, openedContent } from '../data-keys/call-kms.ts'
import { keyVersionOf } from '../data-keys/key-version.ts'
import { contextField, type OpenedAnswer, servicesOf } from '../envelope-kms.ts'
import { EnvelopeError } from '../errors.ts'
import type { DecryptOptions } from '../options.ts'
import type { Opened } from '../verbs.ts'
import { once } from '../whole.ts'
import { parseOnline } from './blob.ts'
import { isDataKeyLength } from './limits.ts'

/**
 * What the direct-encryption samples write. Go and Python encrypt the Base64 of a file and Java its text, so an answer
 * that is Base64 is decoded and any other is the text itself.
 */
export async function openOnline(text: Uint8Array, options: DecryptOptions): Promise<Opened> {
  const { encryptionContext = {} } = options
  const answer = await firstAnswer(parseOnline(text), options)
  const content = openedContent(answer)
  const plaintext = typeof content === 'string' ? (decodeBase64(content) ?? Buffer.from(content)) : content
  // A sample file that was cut off after its first line must not turn into the data key in the clear.
  if (isDataKeyLength(plaintext.length) && options.format !== 'online')
    throw new EnvelopeError(
      'UnknownFormat',
      'this is the first line of a sample file, or a few bytes of format online; say so to open it',
    )
  const { keyId, keyVersionId } = answer
  const key = { name: '', keyId, keyVersionId }
  return { summary: { format: 'online', algorithm: 'KMS', key, encryptionContext }, bytes: once(plaintext) }
}

/** The last failure if no KMS can. */
async function firstAnswer(ciphertextBlob: Uint8Array, options: DecryptOptions): Promise<OpenedAnswer> {
  const { encryptionContext = {}, signal } = options
  const name = keyVersionOf(ciphertextBlob) || 'of this ciphertext'
  let failure: unknown = new EnvelopeError('InvalidArgument', 'no KMS was given')
  for (const kms of servicesOf(options.kms)) {
    try {
      return await callKms(name, signal, (callOptions) =>
        kms.decrypt({ ciphertextBlob, ...contextField(encryptionContext) }, callOptions),
      )
    } catch (error) {
      failure = error
    }
  }
  throw failure
}
