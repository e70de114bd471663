import { lengthAnd, u32 } from './big-endian.ts'
import { EnvelopeError } from './errors.ts'

/** Names and values that are authenticated with a data key: the same map is needed to open it. */
export type EncryptionContext = Readonly<Record<string, string>>

/** KMS accepts at most 8192 characters of encryption context (Encrypt, GenerateDataKey: EncryptionContext). */
const maxContextBytes = 8192

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The unambiguous bytes of a context: nothing for an empty one, otherwise a count and, sorted by the UTF-8 bytes of the
 * key, each key and value behind its length; all numbers 32 bits, big-endian. The official encryption SDK
 * authenticates the same bytes.
 *
 * @throws EnvelopeError `InvalidArgument` for text that is not well-formed Unicode; `TooLarge` above 8192 bytes
 */
export function encodeContext(context: EncryptionContext): Uint8Array {
  const pairs = Object.entries(context).map(([key, value]) => {
    if (typeof value !== 'string' || !key.isWellFormed() || !value.isWellFormed())
      throw new EnvelopeError('InvalidArgument', `encryption context: "${key.toWellFormed()}" needs a text value`)
    return { key: Buffer.from(key), value: Buffer.from(value) }
  })
  if (pairs.length === 0) return new Uint8Array(0)
  pairs.sort((a, b) => Buffer.compare(a.key, b.key))
  const bytes = Buffer.concat([
    u32(pairs.length),
    ...pairs.flatMap(({ key, value }) => [...lengthAnd(key), ...lengthAnd(value)]),
  ])
  if (bytes.length > maxContextBytes)
    throw new EnvelopeError(
      'TooLarge',
      `encryption context: ${bytes.length} bytes, at most ${maxContextBytes} are possible`,
    )
  return bytes
}

/**
 * Reads what `encodeContext` writes, and nothing else: order, duplicates and lengths are checked.
 *
 * @throws EnvelopeError `DamagedHeader`
 */
export function decodeContext(bytes: Uint8Array): EncryptionContext {
  if (bytes.length === 0) return {}
  if (bytes.length > maxContextBytes) throw damaged()
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let offset = 4
  const text = (): string => {
    if (offset + 4 > view.length) throw damaged()
    const end = offset + 4 + view.readUInt32BE(offset)
    if (end > view.length) throw damaged()
    const start = offset + 4
    offset = end
    return decodeUtf8(view.subarray(start, end))
  }
  const count = view.length < 4 ? 0 : view.readUInt32BE(0)
  const pairs: [string, string][] = []
  for (let i = 0; i < count; i += 1) pairs.push([text(), text()])
  const context: EncryptionContext = Object.fromEntries(pairs)
  // Encoding again is the shortest complete check of order, duplicates and trailing bytes.
  if (!view.equals(encodeContext(context))) throw damaged()
  return context
}

/**
 * Every pair the caller expects must be in the envelope; the envelope may carry more.
 *
 * @throws EnvelopeError `ContextMismatch`, naming the key only
 */
export function requireContext(carried: EncryptionContext, expected: EncryptionContext | undefined): void {
  for (const [key, value] of Object.entries(expected ?? {})) {
    if (!Object.hasOwn(carried, key) || carried[key] !== value)
      throw new EnvelopeError(
        'ContextMismatch',
        `the envelope's encryption context does not have the expected "${key}"`,
      )
  }
}

/** @throws EnvelopeError `DamagedHeader` if the bytes are not UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw damaged()
  }
}

function damaged(): EnvelopeError {
  return new EnvelopeError('DamagedHeader', 'the header cannot be read: it is damaged')
}
