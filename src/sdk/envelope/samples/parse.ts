import { EnvelopeError } from '../errors.ts'
import { type LineEnvelope, parseLineEnvelope, splitLines } from './lines.ts'
import { parseV2Object, type V2Object } from './object.ts'

/** What a file of the samples holds, in either of its two forms. */
export type SampleEnvelope =
  | ({ readonly form: 'lines' } & LineEnvelope)
  | ({ readonly form: 'object'; readonly ciphertextBlob: Uint8Array } & V2Object)

/** @throws EnvelopeError `UnknownFormat`, `DamagedHeader` */
export function parseSample(envelope: Uint8Array): SampleEnvelope {
  if (envelope[0] === 0x7b) return { form: 'object', ...parseV2Object(envelope) }
  const lines = splitLines(envelope, 4)
  if (lines?.length !== 3 && lines?.length !== 4)
    throw new EnvelopeError(
      'UnknownFormat',
      `a text envelope has three or four lines, this has ${lines?.length ?? 'more'}; a direct ciphertext with line breaks is opened when format online is asked for`,
    )
  return { form: 'lines', ...parseLineEnvelope(lines) }
}
