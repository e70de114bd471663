import type { PdfUpdate } from './file/update.ts'
import { type PdfDictionary, type PdfReference, pdfDictionary, pdfName, pdfString } from './file/values.ts'
import { embedImage } from './image.ts'

export interface SignatureAppearance {
  readonly width: number
  readonly height: number
  readonly lines: readonly string[]
  readonly image?: Uint8Array | undefined
}

const margin = 3
const lineHeight = 1.25

/** Draws a signature: the image at the left, or in the whole place if there is no text, and the lines beside it. */
export function addAppearance(update: PdfUpdate, { width, height, lines, image }: SignatureAppearance): PdfReference {
  const drawn = image === undefined ? undefined : embedImage(update, image)
  const room = lines.length === 0 ? width : drawn === undefined ? 0 : Math.min(height, width * 0.4)
  const operators: string[] = []
  if (drawn !== undefined) {
    const scale = Math.min(room / drawn.width, height / drawn.height)
    const [w, h] = [drawn.width * scale, drawn.height * scale]
    operators.push(`q ${fixed(w)} 0 0 ${fixed(h)} ${fixed((room - w) / 2)} ${fixed((height - h) / 2)} cm /Im Do Q`)
  }
  const font = fontFor(lines)
  if (lines.length > 0) operators.push(textOperators(lines, font, { left: room, width: width - room, height }))
  const resources = pdfDictionary({
    XObject: drawn && pdfDictionary({ Im: drawn.reference }),
    Font: lines.length > 0 ? pdfDictionary({ F: font.add(update) }) : undefined,
  })
  const dictionary = pdfDictionary({
    Type: pdfName('XObject'),
    Subtype: pdfName('Form'),
    BBox: [0, 0, width, height],
    Resources: resources,
  })
  return update.add({ type: 'stream', dictionary, content: Buffer.from(operators.join('\n'), 'latin1') })
}

const fixed = (value: number): string => String(Number(value.toFixed(2)))

interface Font {
  add(update: PdfUpdate): PdfReference
  /** the operand of Tj */
  encode(text: string): string
  /** about how wide a text is, in units of the font size */
  widthOf(text: string): number
}

function textOperators(
  lines: readonly string[],
  font: Font,
  place: { readonly left: number; readonly width: number; readonly height: number },
): string {
  const widest = Math.max(...lines.map((line) => font.widthOf(line)), 0.1)
  const byHeight = (place.height - 2 * margin) / (lines.length * lineHeight)
  const size = Math.max(1, Math.min(12, byHeight, (place.width - 2 * margin) / widest))
  const block = lines.length * size * lineHeight
  const top = (place.height + block) / 2 - size
  const shown = lines.map((line, index) => `${index > 0 ? 'T* ' : ''}${font.encode(line)} Tj`)
  return [
    `BT /F ${fixed(size)} Tf ${fixed(size * lineHeight)} TL 0 g`,
    `${fixed(place.left + margin)} ${fixed(top)} Td`,
    ...shown,
    'ET',
  ].join('\n')
}

const fontFor = (lines: readonly string[]): Font =>
  lines.every((line) => /^[\x20-\x7e\xa0-\xff]*$/.test(line)) ? helvetica : songti

/** One of the fonts that every reader has. */
const helvetica: Font = {
  add: (update) =>
    update.add(
      pdfDictionary({
        Type: pdfName('Font'),
        Subtype: pdfName('Type1'),
        BaseFont: pdfName('Helvetica'),
        Encoding: pdfName('WinAnsiEncoding'),
      }),
    ),
  encode: (text) => `<${Buffer.from(text, 'latin1').toString('hex')}>`,
  widthOf: (text) => text.length * 0.53,
}

/**
 * A Chinese font that is not in the file but with the reader (ISO 32000-2 §9.7.5.2, Adobe-GB1): the file stays small, and
 * no font's licence is touched. Latin letters have half the width.
 */
const songti: Font = {
  add: (update) =>
    update.add(
      pdfDictionary({
        Type: pdfName('Font'),
        Subtype: pdfName('Type0'),
        BaseFont: pdfName('STSong-Light'),
        Encoding: pdfName('UniGB-UTF16-H'),
        DescendantFonts: [update.add(songtiCharacters(update.add(songtiDescriptor)))],
      }),
    ),
  encode: (text) => `<${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`,
  widthOf: (text) => [...text].reduce((sum, character) => sum + (character <= '~' ? 0.5 : 1), 0),
}

const songtiCharacters = (descriptor: PdfReference): PdfDictionary =>
  pdfDictionary({
    Type: pdfName('Font'),
    Subtype: pdfName('CIDFontType0'),
    BaseFont: pdfName('STSong-Light'),
    CIDSystemInfo: pdfDictionary({
      Registry: pdfString(Buffer.from('Adobe')),
      Ordering: pdfString(Buffer.from('GB1')),
      Supplement: 4,
    }),
    FontDescriptor: descriptor,
    DW: 1000,
    W: [1, 95, 500],
  })

const songtiDescriptor = pdfDictionary({
  Type: pdfName('FontDescriptor'),
  FontName: pdfName('STSong-Light'),
  Flags: 6,
  FontBBox: [-25, -254, 1000, 880],
  ItalicAngle: 0,
  Ascent: 880,
  Descent: -120,
  CapHeight: 880,
  StemV: 93,
})
