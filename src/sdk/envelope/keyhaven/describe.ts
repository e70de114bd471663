import type { ByteReader } from '../byte-reader.ts'
import { type EnvelopeDescription, summaryOf } from '../summaries.ts'
import { layoutOfBody } from './chunk.ts'
import { readHeader } from './read-header.ts'

export async function describeKeyhaven(
  reader: ByteReader,
  totalBytes: number | undefined,
): Promise<EnvelopeDescription> {
  const { bytes, suite, chunkBytes, wrappedKeys, encryptionContext } = await readHeader(reader)
  const layout = totalBytes === undefined ? undefined : layoutOfBody(totalBytes - bytes.length, chunkBytes)
  return {
    format: 'keyhaven',
    algorithm: suite.algorithm,
    keys: wrappedKeys.map(summaryOf),
    encryptionContext,
    isAuthenticated: true,
    headerBytes: bytes.length,
    chunkBytes,
    ...(layout && { plaintextBytes: layout.plaintextBytes }),
  }
}
