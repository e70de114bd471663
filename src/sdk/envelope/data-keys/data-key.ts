import { decodeBase64, encodeBase64 } from '../../../crypto/base64.ts'
import type { EncryptionContext } from '../encryption-context.ts'
import { EnvelopeError, throwIfAborted } from '../errors.ts'
import { contextField, type EnvelopeKms, type KmsCallOptions, type Recipient } from '../kms.ts'

/** A data key as one KMS key protects it. */
export interface WrappedKey {
  /** What the writer called the key: an alias, an id or an ARN. */
  readonly name: string
  /** What the KMS calls it; empty where a format does not record it. */
  readonly keyId: string
  readonly keyVersionId: string
  readonly ciphertextBlob: Uint8Array
}

/** A data key in the clear with everything that can recover it. The holder wipes `plaintext` after use. */
export interface DataKey {
  readonly plaintext: Uint8Array
  readonly wrappedKeys: readonly WrappedKey[]
}

export interface DataKeyRequest {
  readonly kms: EnvelopeKms
  readonly recipients: readonly Recipient[]
  readonly numberOfBytes: number
  readonly encryptionContext: EncryptionContext
  readonly signal?: AbortSignal | undefined
}

/** Overwrites key material; what JavaScript strings held (the Base64 of Decrypt's answer) is beyond reach. */
export function wipe(...secrets: Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0)
}

/**
 * A new data key from the first recipient, sealed for every further one.
 *
 * @throws EnvelopeError `KeyUnavailable` naming the key and the answer of the KMS
 */
export async function newDataKey(request: DataKeyRequest): Promise<DataKey> {
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
  const generated: WrappedKey = {
    name,
    keyId: answer.keyId,
    keyVersionId: answer.keyVersionId,
    ciphertextBlob: blobBytes(answer.ciphertextBlob),
  }
  const wrappedKeys = [generated, ...(await wrapDataKey(plaintext, { ...request, recipients: others }))]
  return { plaintext, wrappedKeys }
}

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
    wrapped.push({
      name,
      keyId: answer.keyId,
      keyVersionId: answer.keyVersionId,
      ciphertextBlob: blobBytes(answer.ciphertextBlob),
    })
  }
  return wrapped
}

/** Runs one KMS call and turns its failure into one line that names the key and the answer. */
export async function callKms<Answer>(
  keyName: string,
  signal: AbortSignal | undefined,
  call: (options: KmsCallOptions) => Promise<Answer>,
): Promise<Answer> {
  throwIfAborted(signal)
  try {
    return await call(signal === undefined ? {} : { signal })
  } catch (cause) {
    throwIfAborted(signal)
    throw new EnvelopeError('KeyUnavailable', `key ${keyName}: ${describe(cause)}`, { cause })
  }
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const code = 'code' in cause && typeof cause.code === 'string' ? `${cause.code}: ` : ''
  return cause.message.startsWith(code) ? cause.message : `${code}${cause.message}`
}

function locate(recipient: Recipient, kms: EnvelopeKms): { name: string; kms: EnvelopeKms } {
  return typeof recipient === 'string' ? { name: recipient, kms } : { name: recipient.keyId, kms: recipient.kms }
}

/** Answers carry a data key as bytes (GenerateDataKey) or as its Base64 text (Decrypt). */
export function keyBytes(plaintext: Uint8Array | string): Uint8Array | undefined {
  return typeof plaintext === 'string' ? decodeBase64(plaintext) : plaintext
}

export function blobBytes(ciphertextBlob: Uint8Array | string): Uint8Array {
  if (typeof ciphertextBlob !== 'string') return ciphertextBlob
  const bytes = decodeBase64(ciphertextBlob)
  if (bytes === undefined)
    throw new EnvelopeError('KeyUnavailable', 'the KMS answered with a ciphertext that is not Base64')
  return bytes
}
