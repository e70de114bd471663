import { type CrossReferenceEntry, type CrossReferenceSection, readCrossReferences } from './cross-reference.ts'
import { decodeStream } from './filters.ts'
import { malformed } from './malformed.ts'
import { PdfParser, parseAt } from './parser.ts'
import type { ByteSource } from './source.ts'
import {
  isDictionary,
  isName,
  isReference,
  isStream,
  type PdfDictionary,
  type PdfReference,
  type PdfStream,
  type PdfValue,
} from './values.ts'

/** ISO 32000 Annex C */
const mostObjects = 8_388_607

/** A document in one of its states: what a reader of exactly these bytes sees. Objects are read when they are asked for. */
export class PdfDocument {
  readonly source: ByteSource
  /** newest first; at least one */
  readonly sections: readonly CrossReferenceSection[]
  /** of the newest section */
  readonly trailer: PdfDictionary
  readonly #values = new Map<number, PdfValue>()
  readonly #containers = new Map<number, ReadonlyMap<number, PdfValue>>()
  readonly #entries = new Map<number, CrossReferenceEntry>()

  /** @throws SigningError `document` */
  constructor(source: ByteSource) {
    if (!/^%PDF-\d/.test(Buffer.from(source.read(0, 8)).toString('latin1')))
      throw malformed('it does not begin with %PDF-, so it may be no PDF at all')
    this.source = source
    this.sections = readCrossReferences(source)
    this.trailer = this.sections[0]?.trailer ?? new Map()
    for (const section of this.sections.toReversed())
      for (const [number, entry] of section.entries) this.#entries.set(number, entry)
  }

  get isEncrypted(): boolean {
    return this.sections.some(({ trailer }) => trailer.has('Encrypt'))
  }

  /**
   * One more than any object number in use or promised.
   *
   * @throws SigningError `document` for a promise that no document can keep
   */
  get size(): number {
    const promised = this.sections.map(({ trailer }) => trailer.get('Size'))
    const numbers = [...promised.filter((size) => typeof size === 'number'), 1]
    if (!numbers.every((size) => Number.isInteger(size) && size >= 0 && size <= mostObjects))
      throw malformed('its /Size is no number of objects')
    let size = Math.max(...numbers)
    for (const number of this.#entries.keys()) size = Math.max(size, number + 1)
    return size
  }

  get numbers(): Iterable<number> {
    return this.#entries.keys()
  }

  entry(number: number): CrossReferenceEntry {
    return this.#entries.get(number) ?? { kind: 'free' }
  }

  /** The value of an indirect object; null if there is none. */
  object(number: number): PdfValue {
    const known = this.#values.get(number)
    if (known !== undefined) return known
    const value = this.#read(number)
    this.#values.set(number, value)
    return value
  }

  /** The value itself where it is a reference to one. */
  resolve(value: PdfValue | undefined): PdfValue {
    let at = value ?? null
    for (let steps = 0; isReference(at); steps++) {
      if (steps > 32) throw malformed('references go in a circle')
      at = this.#generationFits(at) ? this.object(at.number) : null
    }
    return at
  }

  /** The catalog (ISO 32000-2 §7.7.2) and where it stands. */
  get catalog(): { readonly reference: PdfReference; readonly dictionary: PdfDictionary } {
    const reference = this.trailer.get('Root')
    const dictionary = this.resolve(reference)
    if (!isReference(reference) || !isDictionary(dictionary) || !isName(dictionary.get('Type'), 'Catalog'))
      throw malformed('it has no catalog')
    return { reference, dictionary }
  }

  /** The content of a stream as it stands in the file. */
  encodedContent({ dictionary, content }: PdfStream): Uint8Array {
    if (typeof content !== 'number') return content
    const length = this.streamLength(dictionary)
    if (content + length > this.source.length) throw malformed('a stream is longer than the file')
    return this.source.read(content, length)
  }

  streamLength(dictionary: PdfDictionary): number {
    const length = this.resolve(dictionary.get('Length'))
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0)
      throw malformed('a stream has no length')
    return length
  }

  /** Lets go of what was read: a walk through a large document need not hold all of it. */
  forget(): void {
    this.#values.clear()
    this.#containers.clear()
  }

  #generationFits({ number, generation }: PdfReference): boolean {
    const entry = this.entry(number)
    return entry.kind === 'offset' ? entry.generation === generation : entry.kind === 'compressed' && generation === 0
  }

  #read(number: number): PdfValue {
    const entry = this.entry(number)
    if (entry.kind === 'free') return null
    if (entry.kind === 'compressed') return this.#container(entry.container).get(number) ?? null
    const object = parseAt(this.source, entry.offset, (parser) => parser.indirectObject())
    if (object.number !== number || object.generation !== entry.generation)
      throw malformed(`object ${number} is not where its cross-reference says`)
    return object.value
  }

  /** The objects of an object stream (§7.5.7). */
  #container(number: number): ReadonlyMap<number, PdfValue> {
    const known = this.#containers.get(number)
    if (known !== undefined) return known
    if (this.entry(number).kind !== 'offset') throw malformed(`object stream ${number} is missing`)
    const stream = this.object(number)
    if (!isStream(stream) || !isName(stream.dictionary.get('Type'), 'ObjStm'))
      throw malformed(`object ${number} is no object stream`)
    const values = this.#objectsIn(stream, number)
    this.#containers.set(number, values)
    return values
  }

  #objectsIn(stream: PdfStream, container: number): ReadonlyMap<number, PdfValue> {
    const bytes = decodeStream(stream.dictionary, this.encodedContent(stream))
    const [count, first] = [stream.dictionary.get('N'), stream.dictionary.get('First')]
    if (typeof count !== 'number' || typeof first !== 'number') throw malformed('an object stream has no index')
    const parser = new PdfParser(bytes, { base: 0, isWhole: true })
    const index = Array.from({ length: Math.min(count, bytes.length) }, () => [parser.integer(), parser.integer()])
    const values = new Map<number, PdfValue>()
    for (const [position, [number = 0, offset = 0]] of index.entries()) {
      const entry = this.entry(number)
      if (entry.kind !== 'compressed' || entry.container !== container || entry.index !== position) continue
      parser.moveTo(first + offset)
      values.set(number, parser.value())
    }
    return values
  }
}
