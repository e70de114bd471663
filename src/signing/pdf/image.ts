import { deflateSync, inflateSync } from 'node:zlib'
import { SigningError } from '../errors.ts'
import { unfilterRows } from './file/filters.ts'
import type { PdfUpdate } from './file/update.ts'
import { type PdfDictionary, type PdfReference, pdfDictionary, pdfName, pdfString } from './file/values.ts'

export interface EmbeddedImage {
  readonly reference: PdfReference
  readonly width: number
  readonly height: number
}

const problem = (what: string, cause?: unknown): SigningError =>
  new SigningError('document', `The image ${what}.`, { parameter: 'image', cause })

/** Pixels of an image that is shown on a page; more is a mistake, or meant to exhaust the memory. */
const maxPixels = 100_000_000

/**
 * Adds a PNG or JPEG image to a document; transparency of a PNG is kept.
 *
 * @throws SigningError `document`, parameter `image`
 */
export function embedImage(update: PdfUpdate, bytes: Uint8Array): EmbeddedImage {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.length > 4 && view.readUInt16BE(0) === 0xffd8) return embedJpeg(update, view)
  if (view.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n') return embedPng(update, view)
  throw problem('is neither PNG nor JPEG')
}

/** JPEG is a format of PDF too. */
function embedJpeg(update: PdfUpdate, bytes: Buffer): EmbeddedImage {
  const frame = jpegFrame(bytes)
  const spaces: Readonly<Record<number, string>> = { 1: 'DeviceGray', 3: 'DeviceRGB', 4: 'DeviceCMYK' }
  const space = spaces[frame.components]
  if (space === undefined) throw problem('has an unknown number of colours')
  // Adobe's programs write CMYK inverted, and everybody follows them.
  const decode = frame.components === 4 ? [1, 0, 1, 0, 1, 0, 1, 0] : undefined
  const dictionary = imageDictionary(frame.width, frame.height, {
    ColorSpace: pdfName(space),
    BitsPerComponent: 8,
    Filter: pdfName('DCTDecode'),
    Decode: decode,
  })
  return { reference: update.add({ type: 'stream', dictionary, content: bytes }), ...frame }
}

function jpegFrame(bytes: Buffer): { readonly width: number; readonly height: number; readonly components: number } {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) {
      const [height, width] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)]
      if (width === 0 || height === 0) break
      return { height, width, components: bytes[at + 9] ?? 0 }
    }
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2)
  }
  throw problem('is a damaged JPEG')
}

interface Png {
  readonly width: number
  readonly height: number
  readonly depth: number
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha */
  readonly colour: number
  readonly palette: Buffer
  readonly paletteAlpha: Buffer
  /** compressed rows */
  readonly rows: Buffer
}

const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

function readPng(bytes: Buffer): Png {
  if (bytes.length < 33) throw problem('is a damaged PNG')
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  const [depth = 0, colour = 0, , , interlace] = bytes.subarray(24, 29)
  if (width === 0 || height === 0 || width * height > maxPixels || channelsOf[colour] === undefined)
    throw problem('is a damaged PNG, or too large')
  if (interlace !== 0) throw problem('is an interlaced PNG; save it without interlacing')
  const chunks = new Map<string, Buffer[]>()
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const type = bytes.toString('latin1', at + 4, at + 8)
    const content = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at))
    chunks.set(type, [...(chunks.get(type) ?? []), content])
  }
  const joined = (type: string): Buffer => Buffer.concat(chunks.get(type) ?? [])
  return { width, height, depth, colour, palette: joined('PLTE'), paletteAlpha: joined('tRNS'), rows: joined('IDAT') }
}

function embedPng(update: PdfUpdate, bytes: Buffer): EmbeddedImage {
  const png = readPng(bytes)
  const { width, height } = png
  const reference =
    png.colour === 4 || png.colour === 6
      ? addWithAlpha(update, png)
      : addAsItIs(update, png, addPaletteMask(update, png))
  return { reference, width, height }
}

/** The rows of a PNG without alpha are what PDF calls Flate with PNG predictors. */
function addAsItIs(update: PdfUpdate, png: Png, mask: PdfReference | undefined): PdfReference {
  const { width, height, depth, colour, palette, rows } = png
  const colours = channelsOf[colour] ?? 1
  const space =
    colour === 3
      ? [pdfName('Indexed'), pdfName('DeviceRGB'), Math.max(0, palette.length / 3 - 1), pdfString(palette)]
      : pdfName(colour === 2 ? 'DeviceRGB' : 'DeviceGray')
  decodedRows(png)
  const dictionary = imageDictionary(width, height, {
    ColorSpace: space,
    BitsPerComponent: depth,
    Filter: pdfName('FlateDecode'),
    DecodeParms: pdfDictionary({ Predictor: 15, Colors: colours, BitsPerComponent: depth, Columns: width }),
    SMask: mask,
  })
  return update.add({ type: 'stream', dictionary, content: rows })
}

/** Colours and alpha are two images in PDF. */
function addWithAlpha(update: PdfUpdate, png: Png): PdfReference {
  const { width, height, depth, colour } = png
  if (depth !== 8 && depth !== 16) throw problem('is a damaged PNG')
  const sample = depth / 8
  const pixel = (channelsOf[colour] ?? 1) * sample
  const pixels = decodedRows(png)
  const colours = new Uint8Array(width * height * (pixel - sample))
  const alpha = new Uint8Array(width * height * sample)
  for (let index = 0; index < width * height; index++) {
    const at = index * pixel
    colours.set(pixels.subarray(at, at + pixel - sample), index * (pixel - sample))
    alpha.set(pixels.subarray(at + pixel - sample, at + pixel), index * sample)
  }
  const mask = addRaw(update, { width, height, depth, space: 'DeviceGray' }, alpha)
  const space = colour === 6 ? 'DeviceRGB' : 'DeviceGray'
  return addRaw(update, { width, height, depth, space, mask }, colours)
}

/** A palette may say of each of its colours how opaque it is. */
function addPaletteMask(update: PdfUpdate, png: Png): PdfReference | undefined {
  const { width, height, depth, colour, paletteAlpha } = png
  if (colour !== 3 || paletteAlpha.length === 0) return undefined
  const rows = decodedRows(png)
  const rowBytes = Math.ceil((width * depth) / 8)
  const alpha = new Uint8Array(width * height)
  for (let index = 0; index < alpha.length; index++) {
    const bit = (index % width) * depth
    const byte = rows[Math.floor(index / width) * rowBytes + (bit >> 3)] ?? 0
    alpha[index] = paletteAlpha[(byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1)] ?? 255
  }
  return addRaw(update, { width, height, depth: 8, space: 'DeviceGray' }, alpha)
}

function decodedRows({ width, height, depth, colour, rows }: Png): Uint8Array {
  const bits = depth * (channelsOf[colour] ?? 1)
  const rowBytes = Math.ceil((bits * width) / 8)
  try {
    const inflated = inflateSync(rows, { maxOutputLength: height * (rowBytes + 1) + 1 })
    if (inflated.length < height * (rowBytes + 1)) throw new RangeError('rows are missing')
    return unfilterRows(inflated, rowBytes, Math.max(1, bits >> 3))
  } catch (cause) {
    throw problem('is a damaged PNG', cause)
  }
}

interface RawImage {
  readonly width: number
  readonly height: number
  readonly depth: number
  readonly space: string
  readonly mask?: PdfReference
}

function addRaw(update: PdfUpdate, { width, height, depth, space, mask }: RawImage, samples: Uint8Array): PdfReference {
  const dictionary = imageDictionary(width, height, {
    ColorSpace: pdfName(space),
    BitsPerComponent: depth,
    Filter: pdfName('FlateDecode'),
    SMask: mask,
  })
  return update.add({ type: 'stream', dictionary, content: deflateSync(samples) })
}

const imageDictionary = (width: number, height: number, more: Parameters<typeof pdfDictionary>[0]): PdfDictionary =>
  pdfDictionary({ Type: pdfName('XObject'), Subtype: pdfName('Image'), Width: width, Height: height, ...more })
