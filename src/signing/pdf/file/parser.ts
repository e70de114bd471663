import { malformed } from './malformed.ts'
import type { ByteSource } from './source.ts'
import { type PdfDictionary, type PdfStream, type PdfString, type PdfValue, pdfName, pdfReference } from './values.ts'

export interface IndirectObject {
  readonly number: number
  readonly generation: number
  readonly value: PdfValue
  /** behind `endobj`; of a stream, where its content begins */
  readonly end: number
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x0c || byte === 0x00
const delimiters = new Set(Buffer.from('()<>[]{}/%'))
const isRegular = (byte: number | undefined): byte is number =>
  byte !== undefined && !isSpace(byte) && !delimiters.has(byte)
const hexDigit = (byte: number | undefined): number => {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
/** No honest document comes near; a dishonest one would exhaust the stack. */
const maxDepth = 200
const maxWindowBytes = 256 * 2 ** 20

class EndOfWindow extends Error {}

/**
 * Parses from a place in the file, looking at more of it until there is enough.
 *
 * @throws SigningError `document`
 */
export function parseAt<Value>(source: ByteSource, offset: number, parse: (parser: PdfParser) => Value): Value {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset >= source.length)
    throw malformed(`there is no byte ${offset}, which it refers to`)
  for (let size = 2048; ; size *= 4) {
    const bytes = source.read(offset, size)
    const isWhole = offset + bytes.length >= source.length || bytes.length > maxWindowBytes
    try {
      return parse(new PdfParser(bytes, { base: offset, isWhole }))
    } catch (error) {
      if (!(error instanceof EndOfWindow)) throw error
    }
  }
}

/** Reads values one after the other (ISO 32000-2 §7.2 and §7.3). */
export class PdfParser {
  readonly #bytes: Uint8Array
  readonly #base: number
  readonly #isWhole: boolean
  #at = 0

  /** @param window - offset of the bytes in the file, and whether nothing follows them there */
  constructor(bytes: Uint8Array, window: { readonly base: number; readonly isWhole: boolean }) {
    this.#bytes = bytes
    this.#base = window.base
    this.#isWhole = window.isWhole
  }

  /** in the file */
  get position(): number {
    return this.#base + this.#at
  }

  moveTo(position: number): void {
    this.#at = position - this.#base
  }

  /** `N G obj … endobj`. */
  indirectObject(): IndirectObject {
    const start = this.position
    const [number, generation] = [this.integer(), this.integer()]
    if (this.keyword() !== 'obj') throw malformed(`no object begins at byte ${start}`)
    const value = this.value()
    const word = this.keyword()
    if (word === 'endobj') return { number, generation, value, end: this.position }
    if (word !== 'stream' || !(value instanceof Map)) throw malformed(`the object at byte ${start} does not end`)
    this.#skipLineEnd()
    const stream: PdfStream = { type: 'stream', dictionary: value, content: this.position }
    return { number, generation, value: stream, end: this.position }
  }

  value(depth = 0): PdfValue {
    if (depth > maxDepth) throw malformed('values are nested too deeply')
    this.skipSpace()
    const byte = this.#peek()
    if (byte === 0x2f) return this.#name()
    if (byte === 0x28) return this.#literalString()
    if (byte === 0x5b) return this.#array(depth)
    if (byte === 0x3c) return this.#peek(1) === 0x3c ? this.#dictionary(depth) : this.#hexString()
    return this.#numberOrKeyword()
  }

  /** @throws SigningError `document` */
  integer(): number {
    const word = this.keyword()
    if (!/^\+?\d{1,15}$/.test(word)) throw malformed(`a number is missing before byte ${this.position}`)
    return Number(word)
  }

  /** The next run of regular characters, perhaps empty. */
  keyword(): string {
    this.skipSpace()
    const start = this.#at
    while (isRegular(this.#peek())) this.#at++
    return Buffer.from(this.#bytes.subarray(start, this.#at)).toString('latin1')
  }

  skipSpace(): void {
    for (;;) {
      while (isSpace(this.#peek())) this.#at++
      if (this.#peek() !== 0x25) return
      while (this.#peek() !== undefined && this.#peek() !== 0x0a && this.#peek() !== 0x0d) this.#at++
    }
  }

  #peek(ahead = 0): number | undefined {
    const byte = this.#bytes[this.#at + ahead]
    if (byte === undefined && !this.#isWhole) throw new EndOfWindow()
    return byte
  }

  #skipLineEnd(): void {
    while (this.#peek() === 0x20) this.#at++
    if (this.#peek() === 0x0d) this.#at++
    if (this.#peek() === 0x0a) this.#at++
  }

  #name(): PdfValue {
    this.#at++
    const characters: number[] = []
    for (;;) {
      const byte = this.#peek()
      if (!isRegular(byte)) return pdfName(Buffer.from(characters).toString('latin1'))
      const code = byte === 0x23 ? hexDigit(this.#peek(1)) * 16 + hexDigit(this.#peek(2)) : -1
      const isEscape = byte === 0x23 && hexDigit(this.#peek(1)) >= 0 && hexDigit(this.#peek(2)) >= 0
      characters.push(isEscape ? code : byte)
      this.#at += isEscape ? 3 : 1
    }
  }

  #array(depth: number): PdfValue {
    this.#at++
    const items: PdfValue[] = []
    for (;;) {
      this.skipSpace()
      if (this.#peek() === undefined) throw malformed('an array does not end')
      if (this.#peek() === 0x5d) break
      items.push(this.value(depth + 1))
    }
    this.#at++
    return items
  }

  #dictionary(depth: number): PdfDictionary {
    const start = this.position
    this.#at += 2
    const entries = new Map<string, PdfValue>()
    for (;;) {
      this.skipSpace()
      if (this.#peek() === 0x3e && this.#peek(1) === 0x3e) break
      if (this.#peek() !== 0x2f) throw malformed(`the dictionary at byte ${start} has something else than a name`)
      const key = this.#name() as { readonly name: string }
      // Of two entries with one key, readers take one or the other: what one shows is not what the other checks.
      if (entries.has(key.name)) throw malformed(`the dictionary at byte ${start} has ${key.name} twice`)
      entries.set(key.name, this.value(depth + 1))
    }
    this.#at += 2
    return entries
  }

  #hexString(): PdfString {
    const start = this.position
    this.#at++
    const digits: number[] = []
    for (; this.#peek() !== 0x3e; this.#at++) {
      const digit = hexDigit(this.#peek())
      if (digit >= 0) digits.push(digit)
      else if (!isSpace(this.#peek())) throw malformed(`the string at byte ${start} is not hexadecimal`)
    }
    this.#at++
    const bytes = new Uint8Array(Math.ceil(digits.length / 2))
    for (const index of bytes.keys()) bytes[index] = (digits[2 * index] ?? 0) * 16 + (digits[2 * index + 1] ?? 0)
    return { type: 'string', bytes, span: { start, end: this.position } }
  }

  #literalString(): PdfString {
    const start = this.position
    const characters: number[] = []
    let open = 0
    for (;;) {
      const byte = this.#peek()
      if (byte === undefined) throw malformed(`the string at byte ${start} does not end`)
      this.#at++
      if (byte === 0x28) open++
      if (byte === 0x29) open--
      if (open === 0) break
      if (byte === 0x5c) this.#escape(characters)
      else if (byte === 0x0d) characters.push(this.#lineEnd())
      else if (byte !== 0x28 || open > 1) characters.push(byte)
    }
    return { type: 'string', bytes: Uint8Array.from(characters), span: { start, end: this.position } }
  }

  /** A line end inside a string is one line feed, however it was written. */
  #lineEnd(): number {
    if (this.#peek() === 0x0a) this.#at++
    return 0x0a
  }

  #escape(characters: number[]): void {
    const byte = this.#peek()
    this.#at++
    if (byte === undefined || byte === 0x0a) return
    if (byte === 0x0d) {
      this.#lineEnd()
      return
    }
    if (byte >= 0x30 && byte <= 0x37) characters.push(this.#octal(byte - 0x30) & 0xff)
    else characters.push(escapes.get(byte) ?? byte)
  }

  #octal(first: number): number {
    let code = first
    for (let more = 0; more < 2; more++) {
      const byte = this.#peek() ?? 0
      if (byte < 0x30 || byte > 0x37) break
      code = code * 8 + byte - 0x30
      this.#at++
    }
    return code
  }

  #numberOrKeyword(): PdfValue {
    const start = this.position
    const word = this.keyword()
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(word)) return this.#reference(word) ?? Number(word)
    if (word === 'true' || word === 'false') return word === 'true'
    if (word === 'null') return null
    throw malformed(`there is no value at byte ${start}`)
  }

  /** Two numbers and an R are a reference; anything else leaves the first number alone. */
  #reference(first: string): PdfValue | undefined {
    if (!/^\d{1,10}$/.test(first)) return undefined
    const back = this.#at
    const generation = this.keyword()
    if (/^\d{1,5}$/.test(generation) && this.keyword() === 'R') return pdfReference(Number(first), Number(generation))
    this.#at = back
    return undefined
  }
}

const escapes: ReadonlyMap<number, number> = new Map([
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x62, 0x08],
  [0x66, 0x0c],
])
