import { ClientError } from '../errors.ts'

/** Text ↔ bytes in one character encoding. */
export interface TextEncoding {
  readonly name: string
  /** @throws ClientError `invalidRequest` if a character isn't in the encoding */
  encode(text: string): Uint8Array
  /** @throws ClientError `badResponse` if the bytes are no text in the encoding */
  decode(bytes: Uint8Array): string
}

const known = new Map<string, TextEncoding>()

/**
 * The encoding of a name such as `UTF-8`, `GBK`, `GB18030`, `Big5`, `Shift_JIS` or `ISO-8859-1`, as the platform's
 * TextDecoder knows it.
 *
 * @throws ClientError `configuration` for a name that isn't known
 */
export function textEncoding(name = 'utf-8'): TextEncoding {
  const label = name.trim().toLowerCase()
  const encoding = known.get(label) ?? newEncoding(name, label)
  known.set(label, encoding)
  return encoding
}

function newEncoding(name: string, label: string): TextEncoding {
  if (latin1Names.includes(label)) return latin1
  // The byte order mark is part of a plaintext: what was encrypted comes back whole.
  const decoder = decoderOf(name)
  const decode = (bytes: Uint8Array): string => decoded(name, decoder, bytes)
  if (decoder.encoding === 'utf-8') return { name, encode: (text) => Buffer.from(text, 'utf8'), decode }
  if (decoder.encoding === 'utf-16le') return { name, encode: (text) => Buffer.from(text, 'utf16le'), decode }
  let table: ReadonlyMap<string, Uint8Array> | undefined
  const encode = (text: string): Uint8Array => {
    table ??= inverse(decoder.encoding)
    return encodeByTable(name, decoder.encoding, table, text)
  }
  return { name, encode, decode }
}

function decoderOf(name: string): TextDecoder {
  try {
    const decoder = new TextDecoder(name, { fatal: true, ignoreBOM: true })
    if (!encodings.includes(decoder.encoding)) throw unknownEncoding(name)
    return decoder
  } catch (cause) {
    throw cause instanceof ClientError ? cause : unknownEncoding(name, cause)
  }
}

/** Those whose characters stand alone, so that a table can write them. */
const encodings: readonly string[] = [
  ...['utf-8', 'utf-16le', 'gbk', 'gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr'],
  ...['windows-1250', 'windows-1251', 'windows-1252', 'iso-8859-2', 'iso-8859-15', 'koi8-r'],
]

const unknownEncoding = (name: string, cause?: unknown): ClientError =>
  new ClientError('configuration', `The encoding "${name}" is not known.`, { parameter: 'encoding', cause })

/** The platform takes these names for windows-1252, which has other characters at 0x80 to 0x9f. */
const latin1Names: readonly string[] = ['iso-8859-1', 'iso8859-1', 'iso_8859-1', 'latin1', 'latin-1', 'l1']

const latin1: TextEncoding = {
  name: 'ISO-8859-1',
  encode: (text) => {
    if (/[^\0-\xff]/.test(text)) throw notInEncoding('ISO-8859-1')
    return Buffer.from(text, 'latin1')
  },
  decode: (bytes) => Buffer.from(bytes).toString('latin1'),
}

function decoded(name: string, decoder: TextDecoder, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new ClientError('badResponse', `The plaintext is not text in ${name}.`, { parameter: 'encoding', cause })
  }
}

/**
 * The platform encodes to UTF-8 only. What one, two or (GB18030, basic plane) four bytes decode to is what they encode;
 * of several spellings the shortest and first counts.
 */
function inverse(encoding: string): ReadonlyMap<string, Uint8Array> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true })
  const table = new Map<string, Uint8Array>()
  const add = (...bytes: number[]): void => {
    const spelling = Uint8Array.from(bytes)
    const character = decoder.decode(spelling)
    const isOne = character !== '\ufffd' && [...character].length === 1
    if (isOne && !table.has(character)) table.set(character, spelling)
  }
  const isGb18030 = encoding === 'gb18030'
  // GB18030 has no single bytes above 0x7f; the platform reads 0x80 as the euro sign of GBK.
  for (let byte = 0; byte < (isGb18030 ? 0x80 : 0x100); byte++) add(byte)
  for (let lead = 0x81; lead <= 0xfe; lead++) for (let trail = 0x40; trail <= 0xfe; trail++) add(lead, trail)
  if (isGb18030) for (let index = 0; index < basicPlaneFours; index++) add(...gb18030Four(index))
  return table
}

/** How many four-byte spellings GB18030 sets aside for the basic plane: leads 0x81 to 0x84. */
const basicPlaneFours = 4 * 12600
/** Index of the four-byte spelling of U+10000; the characters of the other planes follow in order. */
const otherPlanesStart = 189000

/** The four-byte spelling of an index: digits of base 10, 126, 10 and 126 (GB 18030-2005 §5). */
const gb18030Four = (index: number): [number, number, number, number] => [
  0x81 + Math.floor(index / 12600),
  0x30 + (Math.floor(index / 1260) % 10),
  0x81 + (Math.floor(index / 10) % 126),
  0x30 + (index % 10),
]

function otherPlanes(character: string): Uint8Array | undefined {
  const codePoint = character.codePointAt(0) ?? 0
  return codePoint < 0x10000 ? undefined : Uint8Array.from(gb18030Four(otherPlanesStart + codePoint - 0x10000))
}

function encodeByTable(
  name: string,
  encoding: string,
  table: ReadonlyMap<string, Uint8Array>,
  text: string,
): Uint8Array {
  const parts: Uint8Array[] = []
  for (const character of text) {
    const bytes = table.get(character) ?? (encoding === 'gb18030' ? otherPlanes(character) : undefined)
    if (bytes === undefined) throw notInEncoding(name)
    parts.push(bytes)
  }
  return Buffer.concat(parts)
}

const notInEncoding = (name: string): ClientError =>
  new ClientError('invalidRequest', `The text has a character that ${name} doesn't have.`, { parameter: 'encoding' })
