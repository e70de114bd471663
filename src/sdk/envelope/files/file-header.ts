import { detectBytes, detectFamily } from '../detect.ts'
import { headerLength, headerPrefixBytes, type ParsedHeader, parseHeader } from '../keyhaven/header.ts'
import type { InputFile } from './input-file.ts'

/**
 * The header of a file in format `keyhaven`, read without moving in the file.
 *
 * @returns undefined for every other format, and for what cannot be read at any place
 * @throws EnvelopeError `DamagedHeader`, `UnknownFormat` for a later version
 */
export async function readFileHeader(input: InputFile): Promise<ParsedHeader | undefined> {
  const { size } = input
  if (size === undefined || size < detectBytes) return undefined
  const prefix = await input.part(0, Math.min(headerPrefixBytes, size))
  if (detectFamily(prefix) !== 'keyhaven') return undefined
  const length = headerLength(prefix)
  return parseHeader(await input.part(0, Math.min(length, size)))
}
