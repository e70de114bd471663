import { decodeBase64, encodeBase64 } from '../../../crypto/base64.ts'
import { lengthAnd, u32 } from '../big-endian.ts'
import type { ByteReader } from '../byte-reader.ts'
import { decodeContext, decodeUtf8, encodeContext } from '../encryption-context.ts'
import { sdkAlgorithmById } from './algorithm.ts'
import { type EncryptedDataKey, sortedKeys } from './counted-entries.ts'
import { damagedMessage, type Head, headIvBytes, headTagBytes, headVersion, requireKeys } from './head.ts'

/** How every stream with its header begins: version 1 and the first three bytes of an algorithm id. */
export const streamStart = Buffer.from([0, 0, 0, 1, 0, 0, 0])
const maxDataKeys = 64
const maxFieldBytes = 1 << 16

/** Everything before the ciphertext in the stream of the official Java SDK. The length of the IV alone is little-endian. */
export function encodeStreamStart(head: Head, iv: Uint8Array): Uint8Array {
  const keys = sortedKeys(head.encryptedDataKeys)
  return Buffer.concat([
    u32(headVersion),
    u32(head.algorithm.id),
    ...lengthAnd(encodeContext(head.encryptionContext)),
    u32(keys.length),
    ...keys.flatMap((key) => [...lengthAnd(key.keyId), ...lengthAnd(encodeBase64(key.ciphertextBlob))]),
    ...lengthAnd(head.headerIv),
    ...lengthAnd(head.headerAuthTag),
    encodeIv(iv),
  ])
}

function encodeIv(iv: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(iv.length)
  return Buffer.concat([length, iv])
}

/**
 * Reads up to the first byte of ciphertext; nothing is trusted before `headIsAuthentic`.
 *
 * @throws EnvelopeError `DamagedHeader`; `UnknownFormat` for a later algorithm
 */
export async function readStreamStart(reader: ByteReader): Promise<{ head: Head; iv: Uint8Array }> {
  if ((await readU32(reader)) !== headVersion) throw damagedMessage('its version is not 1')
  const algorithm = sdkAlgorithmById(await readU32(reader))
  const encryptionContext = decodeContext(await readField(reader))
  const count = await readU32(reader)
  if (count > maxDataKeys) throw damagedMessage('its number of keys is impossible')
  const encryptedDataKeys: EncryptedDataKey[] = []
  for (let i = 0; i < count; i += 1) encryptedDataKeys.push(await readDataKey(reader))
  requireKeys(encryptedDataKeys)
  const headerIv = await readField(reader, headIvBytes)
  const headerAuthTag = await readField(reader, headTagBytes)
  const iv = await readIv(reader, algorithm.ivBytes)
  return { head: { algorithm, encryptedDataKeys, encryptionContext, headerIv, headerAuthTag }, iv }
}

/** Reads the IV in front of the ciphertext. @throws EnvelopeError `DamagedHeader` */
async function readIv(reader: ByteReader, ivBytes: number): Promise<Uint8Array> {
  const length = Buffer.from(await readExactly(reader, 4)).readUInt32LE(0)
  if (length !== ivBytes) throw damagedMessage('its IV has the wrong length')
  return readExactly(reader, length)
}

async function readDataKey(reader: ByteReader): Promise<EncryptedDataKey> {
  const keyId = decodeUtf8(await readField(reader))
  const ciphertextBlob = decodeBase64(decodeUtf8(await readField(reader)))
  if (ciphertextBlob === undefined) throw damagedMessage('an encrypted data key is not Base64')
  return { keyId, ciphertextBlob }
}

async function readField(reader: ByteReader, expected?: number): Promise<Uint8Array> {
  const length = await readU32(reader)
  if (length > maxFieldBytes || (expected !== undefined && length !== expected))
    throw damagedMessage('a field has the wrong length')
  return readExactly(reader, length)
}

async function readU32(reader: ByteReader): Promise<number> {
  return Buffer.from(await readExactly(reader, 4)).readUInt32BE(0)
}

async function readExactly(reader: ByteReader, length: number): Promise<Uint8Array> {
  const bytes = await reader.take(length)
  if (bytes.length < length) throw damagedMessage('it is cut short')
  return bytes
}
