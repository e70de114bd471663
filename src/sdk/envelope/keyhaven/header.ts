import { createHmac, timingSafeEqual } from 'node:crypto'
import { u16, u32 } from '../big-endian.ts'
import { type WrappedKey, wipe } from '../data-keys/data-key.ts'
import { decodeContext, decodeUtf8, type EncryptionContext, encodeContext } from '../encryption-context.ts'
import { EnvelopeError } from '../errors.ts'
import { Cursor, damagedHeader } from './cursor.ts'
import { commitmentBytes, deriveKeys, type EnvelopeKeys, type Suite, saltBytes, suites } from './suite.ts'

/** `\x89KHE\r\n\x1a\n`: not text, not ASN.1, and visibly broken by anything that converts line ends or strips bit 7. */
export const magic = Buffer.from([0x89, 0x4b, 0x48, 0x45, 0x0d, 0x0a, 0x1a, 0x0a])
const formatVersion = 1
const fixedBytes = 16
const macBytes = 32

/** magic ‖ version ‖ suite ‖ chunk size ‖ flags ‖ header length: enough to know how much more to read. */
export const headerPrefixBytes = fixedBytes
/** In files and streams a header is padded to a multiple of this: the body begins on a page, and `rewrap` finds room for some ten keys more. */
export const roomyHeaderBytes = 4096
/** No header needs more; a longer one is refused before memory is reserved for it. */
export const maxHeaderBytes = 1 << 20
const maxRecipients = 64
export const minChunkBytes = 1 << 12
export const maxChunkBytes = 1 << 24

/** What a header says. The wrapped keys may be replaced during the life of an envelope; all else is bound to its key. */
interface Header {
  readonly suite: Suite
  readonly chunkBytes: number
  readonly salt: Uint8Array
  readonly commitment: Uint8Array
  readonly encryptionContext: EncryptionContext
  readonly wrappedKeys: readonly WrappedKey[]
}

/** A header as it was read, with the bytes that its MAC covers. */
export interface ParsedHeader extends Header {
  readonly bytes: Uint8Array
}

/**
 * The keys of an envelope. All fields that may never change take part in the derivation, so that a chunk opened with
 * these keys vouches for them too.
 */
export function envelopeKeys(header: Omit<Header, 'commitment' | 'wrappedKeys'>, dataKey: Uint8Array): EnvelopeKeys {
  const fixed = fixedFields(header.suite, header.chunkBytes)
  const binding = Buffer.concat([fixed, header.salt, encodeContext(header.encryptionContext)])
  return deriveKeys(header.suite, dataKey, binding)
}

/**
 * Writes the header, padded with zero bytes to a multiple of `alignment` so that later keys fit in the same place.
 *
 * @throws EnvelopeError `TooLarge`
 */
export function encodeHeader(header: Header, headerKey: Uint8Array, alignment: number): Uint8Array {
  const context = encodeContext(header.encryptionContext)
  const body = [
    header.salt,
    header.commitment,
    u32(context.length),
    context,
    u16(header.wrappedKeys.length),
    ...header.wrappedKeys.flatMap((key) =>
      [Buffer.from(key.name), Buffer.from(key.keyId), Buffer.from(key.keyVersionId), key.ciphertextBlob].flatMap(
        lengthAnd,
      ),
    ),
  ]
  const content = fixedBytes + body.reduce((sum, part) => sum + part.length, 0) + macBytes
  const length = Math.ceil(content / alignment) * alignment
  if (length > maxHeaderBytes || header.wrappedKeys.length > maxRecipients)
    throw new EnvelopeError('TooLarge', `the header would need ${length} bytes for ${header.wrappedKeys.length} keys`)
  const fixed = fixedFields(header.suite, header.chunkBytes)
  const covered = Buffer.concat([fixed, u32(length), ...body, new Uint8Array(length - content)])
  return Buffer.concat([covered, headerMac(header.suite, headerKey, covered)])
}

/**
 * How long the whole header is, from its first 16 bytes.
 *
 * @throws EnvelopeError `DamagedHeader`
 */
export function headerLength(prefix: Uint8Array): number {
  if (prefix.length < fixedBytes || !magic.equals(prefix.subarray(0, magic.length)))
    throw damagedHeader('it is cut short')
  const length = Buffer.from(prefix.buffer, prefix.byteOffset, prefix.length).readUInt32BE(12)
  if (length < fixedBytes + saltBytes + commitmentBytes + 6 + macBytes || length > maxHeaderBytes)
    throw damagedHeader('its length is impossible')
  return length
}

/**
 * Reads a header without trusting it: `isKeyOf` must follow before anything it says is acted on.
 *
 * @throws EnvelopeError `DamagedHeader`; `UnknownFormat` for a version or suite of a later release
 */
export function parseHeader(bytes: Uint8Array): ParsedHeader {
  if (headerLength(bytes) !== bytes.length) throw damagedHeader('it is cut short')
  const { suite, chunkBytes } = parseFixedFields(bytes)
  const cursor = new Cursor(bytes.subarray(0, bytes.length - macBytes), fixedBytes)
  const salt = cursor.take(saltBytes)
  const commitment = cursor.take(commitmentBytes)
  const encryptionContext = decodeContext(cursor.take(cursor.u32()))
  const wrappedKeys = Array.from({ length: cursor.u16() }, () => parseWrappedKey(cursor))
  if (wrappedKeys.length === 0 || wrappedKeys.length > maxRecipients)
    throw damagedHeader('its number of keys is impossible')
  if (cursor.rest().some((byte) => byte !== 0)) throw damagedHeader('its padding is not zero')
  return { suite, chunkBytes, salt, commitment, encryptionContext, wrappedKeys, bytes }
}

/** The commitment is compared before anything else is computed with the key (SEC-16); then the header must be whole. */
export function isKeyOf(header: ParsedHeader, dataKey: Uint8Array): boolean {
  const keys = envelopeKeys(header, dataKey)
  const matches = timingSafeEqual(header.commitment, keys.commitment) && headerIsAuthentic(header, keys)
  wipe(keys.chunkKey, keys.headerKey)
  return matches
}

/** Whether every byte of the header, recipients and padding included, is as a holder of the data key wrote it. */
function headerIsAuthentic(header: ParsedHeader, keys: EnvelopeKeys): boolean {
  const covered = header.bytes.subarray(0, header.bytes.length - macBytes)
  return timingSafeEqual(header.bytes.subarray(-macBytes), headerMac(header.suite, keys.headerKey, covered))
}

function headerMac(suite: Suite, headerKey: Uint8Array, covered: Uint8Array): Uint8Array {
  return createHmac(suite.hash, headerKey).update(covered).digest()
}

function fixedFields(suite: Suite, chunkBytes: number): Uint8Array {
  return Buffer.concat([magic, Uint8Array.of(formatVersion, suite.id, Math.log2(chunkBytes), 0)])
}

function parseFixedFields(bytes: Uint8Array): { suite: Suite; chunkBytes: number } {
  const [version = 0, suiteId = 0, chunkExponent = 0, flags = 0] = bytes.subarray(magic.length)
  if (version !== formatVersion)
    throw new EnvelopeError('UnknownFormat', `envelope version ${version} is not known to this program`)
  const suite = suites.find(({ id }) => id === suiteId)
  if (suite === undefined)
    throw new EnvelopeError('UnknownFormat', `envelope suite ${suiteId} is not known to this program`)
  const chunkBytes = 2 ** chunkExponent
  if (chunkBytes < minChunkBytes || chunkBytes > maxChunkBytes) throw damagedHeader('its chunk size is impossible')
  if (flags !== 0) throw damagedHeader('it has unknown flags')
  return { suite, chunkBytes }
}

function parseWrappedKey(cursor: Cursor): WrappedKey {
  const text = (): string => decodeUtf8(cursor.take(cursor.u16()))
  return { name: text(), keyId: text(), keyVersionId: text(), ciphertextBlob: cursor.take(cursor.u16()) }
}

function lengthAnd(bytes: Uint8Array): [Uint8Array, Uint8Array] {
  if (bytes.length > 0xffff) throw new EnvelopeError('TooLarge', `a header field of ${bytes.length} bytes is too long`)
  return [u16(bytes.length), bytes]
}
