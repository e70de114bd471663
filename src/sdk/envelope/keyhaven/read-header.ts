import type { ByteReader } from '../byte-reader.ts'
import { headerLength, headerPrefixBytes, type ParsedHeader, parseHeader } from './header.ts'

/** Leaves `reader` at the first chunk. @throws EnvelopeError `DamagedHeader` */
export async function readHeader(reader: ByteReader): Promise<ParsedHeader> {
  const length = headerLength(await reader.peek(headerPrefixBytes))
  return parseHeader(await reader.take(length))
}
