import { DerReader, derTag, encodeDer, encodeUnsignedInteger } from '../../../crypto/der.ts'
import { decodeUtf8, type EncryptionContext } from '../encryption-context.ts'
import { sdkAlgorithmById } from './algorithm.ts'
import type { EncryptedDataKey } from './counted-entries.ts'
import { damagedMessage, type Head, headIvBytes, headTagBytes, headVersion, requireKeys } from './head.ts'

/** The encrypted content with what its cipher needs; `authTag` is empty for unauthenticated algorithms. */
export interface Body {
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
  readonly authTag: Uint8Array
}

const setTag = 0x31
const { octetString, sequence } = derTag

/** EncryptionMessage: SEQUENCE { head, body }. */
export function encodeMessage(head: Head, body: Body): Uint8Array {
  return encodeDer(sequence, encodeHead(head), encodeBody(body))
}

/** EncryptionHead */
function encodeHead(head: Head): Uint8Array {
  const keys = head.encryptedDataKeys.map(({ keyId, ciphertextBlob }) => octets(Buffer.from(keyId), ciphertextBlob))
  const context = Object.entries(head.encryptionContext).map(([key, value]) =>
    octets(Buffer.from(key), Buffer.from(value)),
  )
  return encodeDer(
    sequence,
    encodeUnsignedInteger(Uint8Array.of(headVersion)),
    encodeUnsignedInteger(Uint8Array.of(head.algorithm.id)),
    setOf(keys),
    setOf(context),
    encodeDer(octetString, head.headerIv),
    encodeDer(octetString, head.headerAuthTag),
  )
}

/** EncryptionBody */
function encodeBody({ iv, ciphertext, authTag }: Body): Uint8Array {
  return encodeDer(
    sequence,
    encodeDer(octetString, iv),
    encodeDer(octetString, ciphertext),
    encodeDer(octetString, authTag),
  )
}

/**
 * Reads a complete message; nothing in it is trusted before `headIsAuthentic`.
 *
 * @throws EnvelopeError `DamagedHeader` for anything but strict DER of the known shape; `UnknownFormat` for a later algorithm
 */
export function decodeMessage(bytes: Uint8Array): { head: Head; body: Body } {
  const outer = new DerReader(bytes)
  const message = new DerReader(required(outer.read(sequence)))
  requireEnd(outer)
  const head = headFrom(required(message.read(sequence)))
  const body = bodyFrom(required(message.read(sequence)))
  requireEnd(message)
  return { head, body }
}

function headFrom(content: Uint8Array): Head {
  const reader = new DerReader(content)
  if (smallInteger(reader) !== headVersion) throw damagedMessage('its version is not 1')
  const algorithm = sdkAlgorithmById(smallInteger(reader))
  const encryptedDataKeys = pairsOf(required(reader.read(setTag))).map(
    ([keyId, ciphertextBlob]): EncryptedDataKey => ({ keyId: decodeUtf8(keyId), ciphertextBlob }),
  )
  const context = pairsOf(required(reader.read(setTag))).map(
    ([key, value]) => [decodeUtf8(key), decodeUtf8(value)] as const,
  )
  const encryptionContext: EncryptionContext = Object.fromEntries(context)
  const headerIv = octetsOf(reader, headIvBytes)
  const headerAuthTag = octetsOf(reader, headTagBytes)
  requireEnd(reader)
  requireKeys(encryptedDataKeys)
  const head = { algorithm, encryptedDataKeys, encryptionContext, headerIv, headerAuthTag }
  // The tag does not cover how sets are ordered or context keys repeated: one header has one encoding here.
  const canonical = encodeHead(head)
  if (!canonical.subarray(-content.length).every((byte, index) => byte === content[index]))
    throw damagedMessage('it is not DER')
  return head
}

function bodyFrom(content: Uint8Array): Body {
  const reader = new DerReader(content)
  const body = { iv: octetsOf(reader), ciphertext: octetsOf(reader), authTag: octetsOf(reader) }
  requireEnd(reader)
  return body
}

/** SET OF: sorted by the encoded bytes (X.690 §11.6). */
function setOf(items: readonly Uint8Array[]): Uint8Array {
  return encodeDer(setTag, ...items.toSorted(Buffer.compare))
}

function octets(first: Uint8Array, second: Uint8Array): Uint8Array {
  return encodeDer(sequence, encodeDer(octetString, first), encodeDer(octetString, second))
}

function pairsOf(content: Uint8Array): [Uint8Array, Uint8Array][] {
  const set = new DerReader(content)
  const pairs: [Uint8Array, Uint8Array][] = []
  while (!set.isAtEnd) {
    const pair = new DerReader(required(set.read(sequence)))
    pairs.push([octetsOf(pair), octetsOf(pair)])
    requireEnd(pair)
  }
  return pairs
}

function octetsOf(reader: DerReader, length?: number): Uint8Array {
  const bytes = required(reader.read(octetString))
  if (length !== undefined && bytes.length !== length) throw damagedMessage('a field has the wrong length')
  return bytes
}

function smallInteger(reader: DerReader): number {
  const magnitude = required(reader.readUnsignedInteger())
  return magnitude.length === 1 ? (magnitude[0] ?? 0) : Number.NaN
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw damagedMessage('it is not DER of the expected shape')
  return value
}

function requireEnd(reader: DerReader): void {
  if (!reader.isAtEnd) throw damagedMessage('it has more fields than expected')
}
