import { contextField } from '../envelope-kms.ts'
import { EnvelopeError } from '../errors.ts'
import { callKms, keyBytes } from './call-kms.ts'
import { type DataKey, type DataKeyRequest, wrappedKeyFrom } from './data-key.ts'
import { locate } from './recipients.ts'
import { wrapDataKey } from './wrap.ts'

/**
 * A new data key from the first recipient, sealed for every further one.
 *
 * @throws EnvelopeError `KeyUnavailable` naming the key and the answer of the KMS
 */
export async function generateDataKey(request: DataKeyRequest): Promise<DataKey> {
  const [first, ...others] = request.recipients
  if (first === undefined) throw new EnvelopeError('InvalidArgument', 'name at least one key')
  const { name, kms } = locate(first, request.kms)
  const { numberOfBytes, encryptionContext } = request
  const answer = await callKms(name, request.signal, (options) =>
    kms.generateDataKey({ keyId: name, numberOfBytes, ...contextField(encryptionContext) }, options),
  )
  const plaintext = keyBytes(answer.plaintext)
  if (plaintext?.length !== numberOfBytes)
    throw new EnvelopeError('KeyUnavailable', `key ${name}: the KMS did not give a data key of ${numberOfBytes} bytes`)
  const generated = wrappedKeyFrom(name, answer)
  const wrappedKeys = [generated, ...(await wrapDataKey(plaintext, { ...request, recipients: others }))]
  return { plaintext, wrappedKeys }
}
