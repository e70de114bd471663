import { randomBytes } from 'node:crypto'
import type { ByteReader } from '../byte-reader.ts'
import { wipe } from '../data-keys/data-key.ts'
import { recipientsOf } from '../data-keys/recipients.ts'
import { wrapDataKey } from '../data-keys/wrap.ts'
import type { RewrapOptions } from '../options.ts'
import type { Rewrapped } from '../verbs.ts'
import { once } from '../whole.ts'
import { recipientsByArn } from './arns.ts'
import { type Head, headIvBytes, requireDistinctKeys, sealHead } from './head.ts'
import { recoverHeadKey, wrappedKeysOf } from './head-keys.ts'
import { decodeMessage, encodeMessage } from './message.ts'
import { encodeStreamStart, readStreamStart } from './stream.ts'

/** A DER message with new keys and the same body. */
export async function rewrapSdkMessage(envelope: Uint8Array, options: RewrapOptions): Promise<Rewrapped> {
  const { head, body } = decodeMessage(envelope)
  const rewrapped = await rewrapHead(head, options)
  return { keys: wrappedKeysOf(rewrapped), bytes: once(encodeMessage(rewrapped, body)) }
}

/** A new start of the stream, and what follows it as it is. */
export async function rewrapSdkStream(reader: ByteReader, options: RewrapOptions): Promise<Rewrapped> {
  const { head, iv } = await readStreamStart(reader)
  const rewrapped = await rewrapHead(head, options)
  return { keys: wrappedKeysOf(rewrapped), bytes: reader.restAfter(encodeStreamStart(rewrapped, iv)) }
}

async function rewrapHead(head: Head, options: RewrapOptions): Promise<Head> {
  const { kms, signal } = options
  const { encryptionContext } = head
  const { plaintext } = await recoverHeadKey(head, { kms, ...(signal && { signal }) })
  try {
    const named = await recipientsByArn(recipientsOf(options.to), kms, signal)
    const addedIds = named.map(({ arn }) => arn)
    const kept = options.keepPresentKeys ? head.encryptedDataKeys.filter(({ keyId }) => !addedIds.includes(keyId)) : []
    requireDistinctKeys([...kept.map(({ keyId }) => keyId), ...addedIds])
    const recipients = named.map(({ keyId, service }) => ({ keyId, kms: service }))
    const wrapped = await wrapDataKey(plaintext, { kms, signal, encryptionContext, recipients })
    const added = wrapped.map(({ ciphertextBlob }, index) => ({ keyId: addedIds[index] ?? '', ciphertextBlob }))
    const encryptedDataKeys = [...kept, ...added]
    return sealHead({ ...head, encryptedDataKeys }, plaintext, randomBytes(headIvBytes))
  } finally {
    wipe(plaintext)
  }
}
