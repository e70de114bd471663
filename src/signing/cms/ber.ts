import { derTag, objectIdentifierText } from '../../crypto/der.ts'

/** One value with its tag, as it stands in an encoding. */
export interface Element {
  readonly tag: number
  readonly content: Uint8Array
  /** tag and length included */
  readonly raw: Uint8Array
}

const maxDepth = 64

/**
 * Reads values one after the other. Messages of CMS may be BER, with lengths that only an end mark tells (X.690 §8.1.3.6);
 * what is signed in them is DER, and is handed out byte for byte.
 *
 * @throws TypeError where it is not BER
 */
export function elementsOf(bytes: Uint8Array): readonly Element[] {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes, at, 0)
    elements.push(element)
    at += element.raw.length
  }
  return elements
}

/** The first value, and the bytes behind it. */
export function firstElement(bytes: Uint8Array): { readonly element: Element; readonly rest: Uint8Array } {
  const element = elementAt(bytes, 0, 0)
  return { element, rest: bytes.subarray(element.raw.length) }
}

function elementAt(bytes: Uint8Array, at: number, depth: number): Element {
  const [tag, first] = [bytes[at], bytes[at + 1]]
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || depth > maxDepth)
    throw new TypeError('not BER')
  if (first === 0x80) return indefinite(bytes, at, depth)
  const count = first < 0x80 ? 0 : first & 0x7f
  if (count > 4) throw new TypeError('not BER')
  let length = first < 0x80 ? first : 0
  for (let index = 0; index < count; index++) length = length * 256 + (bytes[at + 2 + index] ?? 0)
  const start = at + 2 + count
  if (start + length > bytes.length) throw new TypeError('not BER')
  return { tag, content: bytes.subarray(start, start + length), raw: bytes.subarray(at, start + length) }
}

function indefinite(bytes: Uint8Array, at: number, depth: number): Element {
  const tag = bytes[at] ?? 0
  if ((tag & 0x20) === 0) throw new TypeError('not BER')
  let end = at + 2
  while (!(bytes[end] === 0 && bytes[end + 1] === 0)) end += elementAt(bytes, end, depth + 1).raw.length
  return { tag, content: bytes.subarray(at + 2, end), raw: bytes.subarray(at, end + 2) }
}

/** An OCTET STRING, in one piece or in several. */
export function octetsOf({ tag, content }: Element): Uint8Array {
  if (tag === 0x04) return content
  if (tag !== 0x24) throw new TypeError('no OCTET STRING')
  return Buffer.concat(elementsOf(content).map(octetsOf))
}

/** The dotted form of an OBJECT IDENTIFIER. */
export function dottedOf({ tag, content }: Element): string {
  if (tag !== derTag.objectIdentifier || content.length === 0) throw new TypeError('no OBJECT IDENTIFIER')
  return objectIdentifierText(content)
}
