import { inflateSync } from 'node:zlib'
import { malformed } from './malformed.ts'
import { isArray, isDictionary, isName, type PdfDictionary, type PdfValue } from './values.ts'

/** What a cross-reference or object stream may hold at most. */
const maxDecodedBytes = 128 * 2 ** 20

/**
 * Decodes the content of a cross-reference or object stream. Writers use Flate for these, with or without a predictor.
 *
 * @throws SigningError `document`
 */
export function decodeStream(dictionary: PdfDictionary, encoded: Uint8Array): Uint8Array {
  const filters = listOf(dictionary.get('Filter'))
  const parameters = listOf(dictionary.get('DecodeParms'))
  return filters.reduce<Uint8Array>((bytes, filter, index) => {
    if (!isName(filter, 'FlateDecode') && !isName(filter, 'Fl'))
      throw malformed(`a stream is compressed in a way that is not known here`)
    const own = parameters[index]
    return unpredicted(inflated(bytes), isDictionary(own) ? own : new Map())
  }, encoded)
}

const listOf = (value: PdfValue | undefined): readonly PdfValue[] =>
  value === undefined || value === null ? [] : isArray(value) ? value : [value]

function inflated(bytes: Uint8Array): Uint8Array {
  try {
    return inflateSync(bytes, { maxOutputLength: maxDecodedBytes })
  } catch (cause) {
    throw malformed('a compressed stream cannot be read', cause)
  }
}

/** Takes back the prediction of rows (PNG filters; ISO 32000-2 §7.4.4.4). */
function unpredicted(bytes: Uint8Array, parameters: PdfDictionary): Uint8Array {
  const number = (key: string, otherwise: number): number => {
    const value = parameters.get(key)
    return typeof value === 'number' ? value : otherwise
  }
  const predictor = number('Predictor', 1)
  if (predictor === 1) return bytes
  if (predictor < 10) throw malformed('a stream is predicted in a way that is not known here')
  const bits = number('Colors', 1) * number('BitsPerComponent', 8)
  return unfilterRows(bytes, Math.ceil((bits * number('Columns', 1)) / 8), Math.max(1, bits >> 3))
}

/**
 * Takes back the filters of PNG rows (ISO/IEC 15948 §9): each row has the number of its filter in front.
 *
 * @param pixelBytes - distance to the byte that corresponds on the left
 */
export function unfilterRows(bytes: Uint8Array, rowBytes: number, pixelBytes: number): Uint8Array {
  if (!(rowBytes > 0)) throw malformed('a predicted stream has no columns')
  const rows = Math.floor(bytes.length / (rowBytes + 1))
  const result = new Uint8Array(rows * rowBytes)
  for (let row = 0; row < rows; row++) {
    const filter = bytes[row * (rowBytes + 1)] ?? 0
    const start = row * rowBytes
    for (let column = 0; column < rowBytes; column++) {
      const raw = bytes[row * (rowBytes + 1) + 1 + column] ?? 0
      const left = column >= pixelBytes ? (result[start + column - pixelBytes] ?? 0) : 0
      const up = row > 0 ? (result[start + column - rowBytes] ?? 0) : 0
      const corner = row > 0 && column >= pixelBytes ? (result[start + column - rowBytes - pixelBytes] ?? 0) : 0
      result[start + column] = raw + predicted(filter, left, up, corner)
    }
  }
  return result
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  if (filter !== 4) throw malformed('a row of a stream has an unknown filter')
  const estimate = left + up - corner
  const [byLeft, byUp, byCorner] = [left, up, corner].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ]
  return byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner
}
