import { randomBytes } from 'node:crypto'
import type { PdfDocument } from './document.ts'
import { serialise } from './serialise.ts'
import {
  isArray,
  isStream,
  type PdfDictionary,
  type PdfReference,
  type PdfStream,
  type PdfValue,
  pdfDictionary,
  pdfName,
  pdfReference,
  pdfString,
} from './values.ts'

/** What is appended to a document, and where in the file its objects then stand. */
export interface AppendedUpdate {
  readonly bytes: Uint8Array
  readonly offsets: ReadonlyMap<number, number>
}

/**
 * An incremental update (ISO 32000-2 §7.5.6): changed and new objects with a cross-reference section of the kind that
 * the document has. Not a byte of the document changes, so signatures in it stay as they are.
 */
export class PdfUpdate {
  readonly #document: PdfDocument
  readonly #objects = new Map<number, { readonly generation: number; readonly value: PdfValue | string }>()
  #nextNumber: number

  constructor(document: PdfDocument) {
    this.#document = document
    this.#nextNumber = document.size
  }

  /** The number of an object to be added. */
  allocate(): PdfReference {
    return pdfReference(this.#nextNumber++)
  }

  add(value: PdfValue): PdfReference {
    const reference = this.allocate()
    this.set(reference, value)
    return reference
  }

  /** @param value - as it is to be written, where it is text already */
  set({ number, generation }: PdfReference, value: PdfValue | string): void {
    this.#objects.set(number, { generation, value })
  }

  finish(): AppendedUpdate {
    const { source } = this.#document
    const offsets = new Map<number, number>()
    const parts: Uint8Array[] = [Buffer.from('\n')]
    let at = source.length + 1
    const append = (part: Uint8Array): void => {
      parts.push(part)
      at += part.length
    }
    for (const [number, { generation, value }] of [...this.#objects].sort(([a], [b]) => a - b)) {
      offsets.set(number, at)
      append(objectBytes(number, generation, value))
    }
    append(this.#crossReference(offsets, at))
    append(Buffer.from(`startxref\n${at - (parts.at(-1)?.length ?? 0)}\n%%EOF\n`))
    return { bytes: Buffer.concat(parts), offsets }
  }

  #crossReference(offsets: ReadonlyMap<number, number>, at: number): Uint8Array {
    const newest = this.#document.sections[0]
    if (newest?.form === 'stream') return this.#stream(new Map([...offsets, [this.#nextNumber, at]]), at)
    const rows = runsOf([...offsets.keys()]).map((numbers) => {
      const lines = numbers.map((number) => {
        const generation = String(this.#objects.get(number)?.generation ?? 0).padStart(5, '0')
        return `${String(offsets.get(number)).padStart(10, '0')} ${generation} n\r\n`
      })
      return `${numbers[0]} ${numbers.length}\n${lines.join('')}`
    })
    const trailer = this.#trailer(this.#nextNumber)
    return Buffer.from(`xref\n${rows.join('')}trailer\n${serialise(trailer)}\n`, 'latin1')
  }

  /** The stream is an object itself, and the last one. */
  #stream(offsets: ReadonlyMap<number, number>, at: number): Uint8Array {
    const width = at < 2 ** 32 ? 4 : 6
    const numbers = [...offsets.keys()].sort((a, b) => a - b)
    const rows = numbers.map((number) => {
      const row = Buffer.alloc(3 + width)
      row[0] = 1
      row.writeUIntBE(offsets.get(number) ?? 0, 1, width)
      row.writeUInt16BE(this.#objects.get(number)?.generation ?? 0, 1 + width)
      return row
    })
    const own = pdfDictionary({
      Type: pdfName('XRef'),
      W: [1, width, 2],
      Index: runsOf(numbers).flatMap((run) => [run[0] ?? 0, run.length]),
    })
    const dictionary = new Map([...own, ...this.#trailer(this.#nextNumber + 1)])
    const stream: PdfStream = { type: 'stream', dictionary, content: Buffer.concat(rows) }
    return objectBytes(this.#nextNumber, 0, stream)
  }

  #trailer(size: number): PdfDictionary {
    const { trailer, sections } = this.#document
    return pdfDictionary({
      Size: size,
      Root: trailer.get('Root'),
      Info: trailer.get('Info'),
      ID: this.#identifiers(),
      Prev: sections[0]?.offset,
    })
  }

  /** The first stays, the second is of this saving (§14.4). */
  #identifiers(): PdfValue {
    const before = this.#document.resolve(this.#document.trailer.get('ID'))
    const fresh = pdfString(randomBytes(16))
    return [isArray(before) ? (before[0] ?? fresh) : fresh, fresh]
  }
}

function objectBytes(number: number, generation: number, value: PdfValue | string): Uint8Array {
  const begin = `${number} ${generation} obj\n`
  if (typeof value === 'string') return Buffer.from(`${begin}${value}\nendobj\n`, 'latin1')
  if (!isStream(value) || typeof value.content === 'number')
    return Buffer.from(`${begin}${serialise(value)}\nendobj\n`, 'latin1')
  const dictionary = new Map(value.dictionary).set('Length', value.content.length)
  return Buffer.concat([
    Buffer.from(`${begin}${serialise(dictionary)}\nstream\n`, 'latin1'),
    value.content,
    Buffer.from('\nendstream\nendobj\n'),
  ])
}

/** Consecutive numbers together. */
function runsOf(numbers: readonly number[]): readonly (readonly number[])[] {
  const runs: number[][] = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last !== undefined && last.at(-1) === number - 1) last.push(number)
    else runs.push([number])
  }
  return runs
}
