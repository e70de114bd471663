import { randomBytes } from 'node:crypto'
import { decodeBase64, encodeBase64 } from '../../crypto/base64.ts'
import type { ByteReader } from './byte-reader.ts'
import { blobBytes, callKms, type WrappedKey, wipe, wrapDataKey } from './data-keys/data-key.ts'
import { recoverDataKey } from './data-keys/recover.ts'
import type { EncryptionContext } from './encryption-context.ts'
import { type Head, headIvBytes, requireDistinctKeys, sealHead } from './encryption-sdk/head.ts'
import { decodeMessage, encodeMessage } from './encryption-sdk/message.ts'
import { recoverHeadKey, wrappedKeysOf } from './encryption-sdk/open.ts'
import { recipientsByArn } from './encryption-sdk/seal.ts'
import { encodeStreamStart, readStreamStart } from './encryption-sdk/stream.ts'
import { authenticationFailed, EnvelopeError } from './errors.ts'
import { encodeHeader, envelopeKeys, type ParsedHeader } from './keyhaven/header.ts'
import { isKeyOf } from './keyhaven/open.ts'
import { contextField, type EnvelopeKms, type Recipient } from './kms.ts'
import { formatLineEnvelope, parseLineEnvelope, splitLines } from './samples/lines.ts'
import { formatV2Object, parseV2Object } from './samples/object.ts'

export interface RewrapOptions {
  /** Opens the data key as it is now, and wraps it for keys in `to` that name no other KMS. */
  readonly kms: EnvelopeKms
  /** The keys that open the envelope from now on. */
  readonly to: Recipient | readonly Recipient[]
  /** Keep the present keys too. Formats with room for one key refuse it. */
  readonly keepPresentKeys?: boolean
  /** For formats that do not carry their context. */
  readonly encryptionContext?: EncryptionContext
  readonly signal?: AbortSignal
}

/**
 * A new header for the same body. The context stays: data key and chunks are bound to it.
 *
 * @param alignment - as in `encodeHeader`; the length of the present header makes the new one as long, if it fits
 * @throws EnvelopeError `KeyUnavailable`, `AuthenticationFailed`, `TooLarge`
 */
export async function rewrapHeader(
  header: ParsedHeader,
  options: RewrapOptions,
  alignment: number,
): Promise<{ header: Uint8Array; keys: readonly WrappedKey[] }> {
  const { encryptionContext } = header
  const accept = (key: Uint8Array): boolean => isKeyOf(header, key)
  const { kms, signal } = options
  const { plaintext } = await recoverDataKey(
    header.wrappedKeys,
    { kms, signal, encryptionContext },
    accept,
    authenticationFailed,
  )
  try {
    const added = await wrapDataKey(plaintext, { kms, signal, encryptionContext, recipients: targets(options) })
    const keys = options.keepPresentKeys ? [...header.wrappedKeys, ...added] : added
    const { headerKey, chunkKey } = envelopeKeys(header, plaintext)
    const bytes = encodeHeader({ ...header, wrappedKeys: keys }, headerKey, alignment)
    wipe(headerKey, chunkKey)
    return { header: bytes, keys }
  } finally {
    wipe(plaintext)
  }
}

/** A DER message with new keys and the same body. */
export async function rewrapMessage(
  envelope: Uint8Array,
  options: RewrapOptions,
): Promise<{ envelope: Uint8Array; keys: readonly WrappedKey[] }> {
  const { head, body } = decodeMessage(envelope)
  const rewrapped = await rewrapHead(head, options)
  return { envelope: encodeMessage(rewrapped, body), keys: wrappedKeysOf(rewrapped) }
}

/** The new start of a stream; `reader` is left at the first byte of ciphertext. */
export async function rewrapStreamStart(
  reader: ByteReader,
  options: RewrapOptions,
): Promise<{ start: Uint8Array; keys: readonly WrappedKey[] }> {
  const { head, iv } = await readStreamStart(reader)
  const rewrapped = await rewrapHead(head, options)
  return { start: encodeStreamStart(rewrapped, iv), keys: wrappedKeysOf(rewrapped) }
}

async function rewrapHead(head: Head, options: RewrapOptions): Promise<Head> {
  const { kms, signal } = options
  const { encryptionContext } = head
  const { plaintext } = await recoverHeadKey(head, { kms, ...(signal && { signal }) })
  try {
    const named = await recipientsByArn(targets(options), kms, signal)
    const recipients = named.map(({ keyId, service }) => ({ keyId, kms: service }))
    const wrapped = await wrapDataKey(plaintext, { kms, signal, encryptionContext, recipients })
    const added = wrapped.map(({ ciphertextBlob }, index) => ({ keyId: named[index]?.arn ?? '', ciphertextBlob }))
    const addedIds = new Set(added.map(({ keyId }) => keyId))
    const kept = options.keepPresentKeys ? head.encryptedDataKeys.filter(({ keyId }) => !addedIds.has(keyId)) : []
    const encryptedDataKeys = [...kept, ...added]
    requireDistinctKeys(encryptedDataKeys)
    return sealHead({ ...head, encryptedDataKeys }, plaintext, randomBytes(headIvBytes))
  } finally {
    wipe(plaintext)
  }
}

/**
 * A text envelope, object or direct ciphertext with another key. Where the KMS can re-encrypt, the data key stays
 * inside it.
 *
 * @throws EnvelopeError `KeyUnavailable`, `UnknownFormat`, `DamagedHeader`, `InvalidArgument` for more than one key
 */
export async function rewrapSample(
  envelope: Uint8Array,
  family: 'text' | 'java-v2-object',
  options: RewrapOptions,
): Promise<{ envelope: Uint8Array; keys: readonly WrappedKey[] }> {
  if (family === 'java-v2-object') {
    const object = parseV2Object(envelope)
    const key = await rewrapBlob(object.ciphertextBlob, options)
    return { envelope: formatV2Object({ ...object, encryptedDataKey: encodeBase64(key.ciphertextBlob) }), keys: [key] }
  }
  const lines = splitLines(envelope, 4)
  if (lines?.length === 3 || lines?.length === 4) {
    const parsed = parseLineEnvelope(lines)
    const key = await rewrapBlob(parsed.ciphertextBlob, options)
    return { envelope: formatLineEnvelope({ ...parsed, ciphertextBlob: key.ciphertextBlob }), keys: [key] }
  }
  const blob = lines?.length === 1 ? decodeBase64(Buffer.from(lines[0] ?? '').toString('latin1')) : undefined
  if (blob === undefined)
    throw new EnvelopeError('UnknownFormat', 'this is no envelope of a format that this program knows')
  const key = await rewrapBlob(blob, options)
  return { envelope: Buffer.from(encodeBase64(key.ciphertextBlob)), keys: [key] }
}

async function rewrapBlob(ciphertextBlob: Uint8Array, options: RewrapOptions): Promise<WrappedKey> {
  const [recipient, ...others] = targets(options)
  if (others.length > 0 || options.keepPresentKeys)
    throw new EnvelopeError('InvalidArgument', 'this format has room for one key only')
  const { kms, signal, encryptionContext = {} } = options
  const name = typeof recipient === 'string' ? recipient : recipient.keyId
  const keyId = typeof recipient === 'string' && kms.reEncrypt ? await idBehind(name, kms, signal) : undefined
  if (keyId !== undefined) return reEncrypted(ciphertextBlob, { name, keyId }, options)
  const target = typeof recipient === 'string' ? kms : recipient.kms
  const opened = await callKms('of this envelope', signal, (call) =>
    kms.decrypt({ ciphertextBlob, ...contextField(encryptionContext) }, call),
  )
  const plaintext = typeof opened.plaintext === 'string' ? opened.plaintext : encodeBase64(opened.plaintext)
  const answer = await callKms(name, signal, (call) =>
    target.encrypt({ keyId: name, plaintext, ...contextField(encryptionContext) }, call),
  )
  return {
    name,
    keyId: answer.keyId,
    keyVersionId: answer.keyVersionId,
    ciphertextBlob: blobBytes(answer.ciphertextBlob),
  }
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
  const answer = await callKms(name, signal, async (call) => kms.reEncrypt?.(request, call))
  return { name, keyId, keyVersionId: '', ciphertextBlob: blobBytes(answer?.ciphertextBlob ?? '') }
}

/** @returns undefined if the KMS cannot tell what an alias stands for */
async function idBehind(name: string, kms: EnvelopeKms, signal: AbortSignal | undefined): Promise<string | undefined> {
  if (!name.startsWith('alias/')) return name
  return (await callKms(name, signal, async (call) => kms.describeKey?.({ keyId: name }, call)))?.keyMetadata?.keyId
}

function targets({ to }: RewrapOptions): readonly [Recipient, ...Recipient[]] {
  const [first, ...others] = Array.isArray(to) ? (to as readonly Recipient[]) : [to as Recipient]
  if (first === undefined || first === '')
    throw new EnvelopeError('InvalidArgument', 'name at least one key to rewrap to')
  return [first, ...others]
}
