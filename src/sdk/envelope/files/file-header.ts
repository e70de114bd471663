import { detectBytes, detectFamily } from '../detect.ts'
import { headerLength, headerPrefixBytes, type ParsedHeader, parseHeader } from '../keyhaven/header.ts'
import type { InputFile } from './input-file.ts'

/**
 * The header of a regular file in format `keyhaven`, read without moving in the file.
 *
 * @returns undefined for every other format or kind of file
 * @throws EnvelopeError `DamagedHeader`, `UnknownFormat` for a later version
 */
export async function readFileHeader(input: InputFile): Promise<ParsedHeader | undefined> {
  if (!input.isRegular || input.size < detectBytes) return undefined
  const prefix = await input.part(0, Math.min(headerPrefixBytes, input.size))
  if (detectFamily(prefix) !== 'keyhaven') return undefined
  const length = headerLength(prefix)
  return parseHeader(await input.part(0, Math.min(length, input.size)))
}
