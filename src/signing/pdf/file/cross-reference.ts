import { isDeepStrictEqual } from 'node:util'
import { decodeStream } from './filters.ts'
import { malformed } from './malformed.ts'
import { type PdfParser, parseAt } from './parser.ts'
import type { ByteSource } from './source.ts'
import { isArray, isName, isStream, type PdfDictionary, type PdfStream } from './values.ts'

export type CrossReferenceEntry =
  | { readonly kind: 'free' }
  | { readonly kind: 'offset'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'compressed'; readonly container: number; readonly index: number }

/** What one saving of the document said about where objects are. */
export interface CrossReferenceSection {
  /** where it stands in the file, and where it ends */
  readonly offset: number
  readonly end: number
  readonly form: 'table' | 'stream'
  readonly trailer: PdfDictionary
  readonly entries: ReadonlyMap<number, CrossReferenceEntry>
}

/** More objects than any document has; a dishonest one could claim any number. */
const maxObjectNumber = 8_388_607

/**
 * The sections of a document, newest first (ISO 32000-2 §7.5.4 to §7.5.8): tables, streams, and tables with a stream
 * beside them. A broken chain is refused, not repaired: what repairing finds depends on who repairs.
 *
 * @throws SigningError `document`
 */
export function readCrossReferences(source: ByteSource): readonly CrossReferenceSection[] {
  const sections: CrossReferenceSection[] = []
  const seen = new Set<number>()
  for (let offset: number | undefined = startOffset(source); offset !== undefined; ) {
    if (seen.has(offset)) throw malformed('its cross-reference sections go in a circle')
    seen.add(offset)
    const section: CrossReferenceSection = readSection(source, offset)
    sections.push(section)
    offset = integerOf(section.trailer, 'Prev')
  }
  return sections
}

/** How far from the end readers look for it; those that find nothing there repair what they see. */
const tailBytes = 1024

/** The number after the last `startxref`, which counts for other readers even where no end follows. */
function startOffset(source: ByteSource): number {
  const tail = Buffer.from(source.read(Math.max(0, source.length - tailBytes), tailBytes)).toString('latin1')
  const last = /^startxref\s+(\d{1,15})\s+%%EOF/.exec(tail.slice(Math.max(0, tail.lastIndexOf('startxref'))))?.[1]
  if (last === undefined) throw malformed('its end is missing (startxref and %%EOF)')
  return Number(last)
}

function readSection(source: ByteSource, offset: number): CrossReferenceSection {
  const isTable = parseAt(source, offset, (parser) => parser.keyword() === 'xref')
  if (!isTable) return streamSection(source, offset)
  const table = parseAt(source, offset, (parser) => readTable(parser, offset))
  const besides = integerOf(table.trailer, 'XRefStm')
  if (besides === undefined) return table
  // Objects that only newer readers see are free in the table (§7.5.8.4).
  const entries = new Map(table.entries)
  for (const [number, entry] of streamSection(source, besides).entries)
    if ((entries.get(number)?.kind ?? 'free') === 'free') entries.set(number, entry)
  return { ...table, entries }
}

function readTable(parser: PdfParser, offset: number): CrossReferenceSection {
  parser.keyword()
  const entries = new Map<number, CrossReferenceEntry>()
  for (;;) {
    const word = parser.keyword()
    if (word === 'trailer') break
    const [first, count] = [Number(word), parser.integer()]
    if (!/^\d+$/.test(word) || first + count > maxObjectNumber + 1)
      throw malformed(`its cross-reference table at byte ${offset} cannot be read`)
    for (let number = first; number < first + count; number++) putEntry(entries, number, tableEntry(parser, offset))
  }
  const trailer = parser.value()
  if (!(trailer instanceof Map)) throw malformed(`the trailer of its table at byte ${offset} is missing`)
  return { offset, end: parser.position, form: 'table', trailer, entries }
}

/** Of two places that one section gives to an object, some readers take the first and some the last. */
function putEntry(entries: Map<number, CrossReferenceEntry>, number: number, entry: CrossReferenceEntry): void {
  const known = entries.get(number)
  if (known !== undefined && !isDeepStrictEqual(known, entry))
    throw malformed(`a cross-reference section has object ${number} in two places`)
  entries.set(number, entry)
}

function tableEntry(parser: PdfParser, table: number): CrossReferenceEntry {
  const [offset, generation, word] = [parser.integer(), parser.integer(), parser.keyword()]
  if (word !== 'n' && word !== 'f') throw malformed(`its cross-reference table at byte ${table} cannot be read`)
  return word === 'n' && offset > 0 ? { kind: 'offset', offset, generation } : { kind: 'free' }
}

function streamSection(source: ByteSource, offset: number): CrossReferenceSection {
  const { value } = parseAt(source, offset, (parser) => parser.indirectObject())
  if (!isStream(value) || !isName(value.dictionary.get('Type'), 'XRef'))
    throw malformed(`there is no cross-reference section at byte ${offset}`)
  const length = integerOf(value.dictionary, 'Length')
  const start = value.content
  if (length === undefined || typeof start !== 'number' || start + length > source.length)
    throw malformed(`its cross-reference stream at byte ${offset} has no length`)
  const entries = streamEntries(value, decodeStream(value.dictionary, source.read(start, length)))
  const end = parseAt(source, start + length, (parser) => {
    const words = [parser.keyword(), parser.keyword()]
    if (words.join(' ') !== 'endstream endobj')
      throw malformed(`its cross-reference stream at byte ${offset} does not end`)
    return parser.position
  })
  return { offset, end, form: 'stream', trailer: value.dictionary, entries }
}

function streamEntries({ dictionary }: PdfStream, rows: Uint8Array): Map<number, CrossReferenceEntry> {
  const widths = numbersOf(dictionary, 'W') ?? []
  const [typeWidth = 0, secondWidth = 0, thirdWidth = 0] = widths
  if (widths.length !== 3 || widths.some((width) => width < 0 || width > 8) || secondWidth === 0)
    throw malformed('a cross-reference stream has no widths')
  const ranges = numbersOf(dictionary, 'Index') ?? [0, integerOf(dictionary, 'Size') ?? 0]
  const entries = new Map<number, CrossReferenceEntry>()
  let at = 0
  const field = (width: number): number => {
    let value = 0
    for (let index = 0; index < width; index++) value = value * 256 + (rows[at++] ?? 0)
    return value
  }
  for (let range = 0; range + 1 < ranges.length; range += 2) {
    const [first = 0, count = 0] = ranges.slice(range, range + 2)
    if (first < 0 || count < 0 || first + count > maxObjectNumber + 1)
      throw malformed('a cross-reference stream has impossible object numbers')
    for (let number = first; number < first + count && at < rows.length; number++)
      putEntry(entries, number, entryOf(typeWidth === 0 ? 1 : field(typeWidth), field(secondWidth), field(thirdWidth)))
  }
  return entries
}

function entryOf(type: number, second: number, third: number): CrossReferenceEntry {
  if (type === 1) return { kind: 'offset', offset: second, generation: third }
  return type === 2 ? { kind: 'compressed', container: second, index: third } : { kind: 'free' }
}

function integerOf(dictionary: PdfDictionary, key: string): number | undefined {
  const value = dictionary.get(key)
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

function numbersOf(dictionary: PdfDictionary, key: string): readonly number[] | undefined {
  const value = dictionary.get(key)
  const isNumber = (item: unknown): item is number => Number.isSafeInteger(item)
  return isArray(value) && value.every(isNumber) ? (value as readonly number[]) : undefined
}
