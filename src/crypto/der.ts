/**
 * The few DER forms signatures, SM2 ciphertexts and EC keys need (X.690 §8, §10), read strictly: shortest lengths,
 * shortest integers, nothing left over. Certificates and containers use the @peculiar/asn1 packages instead.
 */

export const derTag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
} as const

/** One value with its tag and shortest definite length. */
export function encodeDer(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, content) => sum + content.length, 0)
  return Buffer.concat([Buffer.from([tag]), encodeLength(length), ...contents])
}

function encodeLength(length: number): Uint8Array {
  if (length < 0x80) return Buffer.from([length])
  const digits: number[] = []
  for (let rest = length; rest > 0; rest >>>= 8) digits.unshift(rest & 0xff)
  return Buffer.from([0x80 | digits.length, ...digits])
}

/** A non-negative INTEGER from big-endian bytes of any length. */
export function encodeUnsignedInteger(magnitude: Uint8Array): Uint8Array {
  let start = 0
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++
  const digits = magnitude.subarray(start)
  const needsZero = digits.length === 0 || (digits[0] ?? 0) >= 0x80
  return needsZero ? encodeDer(derTag.integer, Buffer.of(0), digits) : encodeDer(derTag.integer, digits)
}

/** Reads DER values one after the other; every method returns undefined where the input is not strict DER. */
export class DerReader {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#bytes.length
  }

  /** The content of the next value if it has this tag. */
  read(tag: number): Uint8Array | undefined {
    if (this.#bytes[this.#offset] !== tag) return undefined
    const header = this.#readLength(this.#offset + 1)
    if (!header) return undefined
    const end = header.start + header.length
    if (end > this.#bytes.length) return undefined
    this.#offset = end
    return this.#bytes.subarray(header.start, end)
  }

  /** The magnitude of the next INTEGER, without a leading zero byte (but one zero byte for 0); not negative. */
  readUnsignedInteger(): Uint8Array | undefined {
    const content = this.read(derTag.integer)
    const first = content?.[0]
    if (content === undefined || first === undefined || first >= 0x80) return undefined
    if (first !== 0 || content.length === 1) return content
    return (content[1] ?? 0) >= 0x80 ? content.subarray(1) : undefined
  }

  #readLength(at: number): { start: number; length: number } | undefined {
    const first = this.#bytes[at]
    if (first === undefined) return undefined
    if (first < 0x80) return { start: at + 1, length: first }
    const count = first & 0x7f
    if (count === 0 || count > 4) return undefined
    let length = 0
    for (let index = 1; index <= count; index++) {
      const digit = this.#bytes[at + index]
      if (digit === undefined) return undefined
      length = length * 256 + digit
    }
    const isShortest = length >= 0x80 && length >= 256 ** (count - 1)
    return isShortest ? { start: at + 1 + count, length } : undefined
  }
}

/** Two unsigned integers in a SEQUENCE, the form of ECDSA and SM2 signatures; undefined unless strict DER. */
export function decodeIntegerPair(der: Uint8Array): { readonly r: Uint8Array; readonly s: Uint8Array } | undefined {
  const outer = new DerReader(der)
  const content = outer.read(derTag.sequence)
  if (!content || !outer.isAtEnd) return undefined
  const inner = new DerReader(content)
  const r = inner.readUnsignedInteger()
  const s = inner.readUnsignedInteger()
  return r && s && inner.isAtEnd ? { r, s } : undefined
}

/** SEQUENCE { INTEGER r, INTEGER s } from big-endian magnitudes. */
export function encodeIntegerPair(r: Uint8Array, s: Uint8Array): Uint8Array {
  return encodeDer(derTag.sequence, encodeUnsignedInteger(r), encodeUnsignedInteger(s))
}

/** Dotted form of the content bytes of an OBJECT IDENTIFIER (X.690 §8.19). */
export function objectIdentifierText(content: Uint8Array): string {
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  const [first = 0, ...rest] = arcs
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...rest].join('.')
}
