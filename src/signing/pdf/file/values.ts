/** What PDF files are made of (ISO 32000-2 §7.3). Dictionaries are maps, everything else that JavaScript lacks is tagged. */
export type PdfValue =
  | null
  | boolean
  | number
  | PdfName
  | PdfString
  | PdfReference
  | PdfStream
  | readonly PdfValue[]
  | PdfDictionary

export type PdfDictionary = ReadonlyMap<string, PdfValue>

export interface PdfName {
  readonly type: 'name'
  /** one character a byte, `#` sequences decoded */
  readonly name: string
}

export interface PdfString {
  readonly type: 'string'
  readonly bytes: Uint8Array
  /** where it stands in the file, from its first delimiter to behind its last; only of strings that were read */
  readonly span?: { readonly start: number; readonly end: number }
}

export interface PdfReference {
  readonly type: 'reference'
  readonly number: number
  readonly generation: number
}

export interface PdfStream {
  readonly type: 'stream'
  readonly dictionary: PdfDictionary
  /** encoded: the bytes themselves, or where they begin in the file */
  readonly content: Uint8Array | number
}

export const pdfName = (name: string): PdfName => ({ type: 'name', name })
export const pdfString = (bytes: Uint8Array): PdfString => ({ type: 'string', bytes })
export const pdfReference = (number: number, generation = 0): PdfReference => ({
  type: 'reference',
  number,
  generation,
})
export const pdfDictionary = (entries: Readonly<Record<string, PdfValue | undefined>>): PdfDictionary =>
  new Map(Object.entries(entries).filter((entry): entry is [string, PdfValue] => entry[1] !== undefined))

export const isDictionary = (value: PdfValue | undefined): value is PdfDictionary => value instanceof Map
export const isArray = (value: PdfValue | undefined): value is readonly PdfValue[] => Array.isArray(value)

const isTagged = <Type extends string>(
  value: PdfValue | undefined,
  type: Type,
): value is Extract<PdfValue, { type: Type }> =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === type

export const isName = (value: PdfValue | undefined, name?: string): value is PdfName =>
  isTagged(value, 'name') && (name === undefined || value.name === name)
export const isString = (value: PdfValue | undefined): value is PdfString => isTagged(value, 'string')
export const isReference = (value: PdfValue | undefined): value is PdfReference => isTagged(value, 'reference')
export const isStream = (value: PdfValue | undefined): value is PdfStream => isTagged(value, 'stream')

/** ISO 32000-2 §7.9.2.2: UTF-16 or UTF-8 where a mark says so; else PDFDocEncoding, of which Latin-1 is the common part. */
export function textOf({ bytes }: PdfString): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes.subarray(2))
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes.subarray(2))
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder().decode(bytes.subarray(3))
  return Buffer.from(bytes).toString('latin1')
}

/** ASCII as it is, everything else as UTF-16BE with its mark. */
export function textString(text: string): PdfString {
  if (/^[\x20-\x7e]*$/.test(text)) return pdfString(Buffer.from(text, 'latin1'))
  return pdfString(Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(text, 'utf16le').swap16()]))
}

/** Whether two values say the same, wherever they stand; streams by their dictionary and, if held here, their bytes. */
export function isSameValue(a: PdfValue | undefined, b: PdfValue | undefined): boolean {
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, index) => isSameValue(item, b[index]))
  if (isDictionary(a)) return isDictionary(b) && isSameDictionary(a, b)
  if (isName(a)) return isName(b, a.name)
  if (isString(a)) return isString(b) && Buffer.compare(a.bytes, b.bytes) === 0
  if (isReference(a)) return isReference(b) && a.number === b.number && a.generation === b.generation
  if (isStream(a)) return isStream(b) && isSameDictionary(a.dictionary, b.dictionary) && a.content === b.content
  return a === b
}

const isSameDictionary = (a: PdfDictionary, b: PdfDictionary): boolean =>
  a.size === b.size && [...a].every(([key, value]) => b.has(key) && isSameValue(value, b.get(key)))
