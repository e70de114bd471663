import { ByteReader } from '../byte-reader.ts'
import type { WrappedKey } from '../data-keys/data-key.ts'
import { detectBytes, detectFamily } from '../detect.ts'
import { EnvelopeError } from '../errors.ts'
import type { ParsedHeader } from '../keyhaven/header.ts'
import { wholeEnvelopeLimitBytes } from '../open.ts'
import { type KeySummary, summaryOf } from '../options.ts'
import { type RewrapOptions, rewrapHeader, rewrapMessage, rewrapSample, rewrapStreamStart } from '../rewrap.ts'
import { readFileHeader } from './decrypt-file.ts'
import { fileHeaderAlignment } from './encrypt-file.ts'
import { fileFailure } from './file-failure.ts'
import { recoverHeader, replaceHeader } from './header-journal.ts'
import { InputFile } from './input-file.ts'
import { OutputFile } from './output-file.ts'

export interface RewrapSummary {
  /** The keys that open the file now. */
  readonly keys: readonly KeySummary[]
  /** Only the header was written; otherwise the file was replaced by a copy with another header. */
  readonly isInPlace: boolean
}

/**
 * Protects the data key of a file with other keys, or with the newest version of the same one. The data is neither
 * decrypted nor encrypted; in format `keyhaven` it is not even copied as long as the new keys fit into the header.
 *
 * @throws EnvelopeError `KeyUnavailable`, `AuthenticationFailed`, `UnknownFormat`, `DamagedHeader`, `FileFailed`,
 * `SourceChanged`, `InvalidArgument`
 */
export async function rewrapFile(path: string, options: RewrapOptions): Promise<RewrapSummary> {
  try {
    await recoverHeader(path)
    const input = await InputFile.open(path)
    try {
      const header = await readFileHeader(input)
      const { keys, isInPlace } = await (header
        ? rewrapKeyhaven(path, input, header, options)
        : rewrapOther(path, input, options))
      return { keys: keys.map(summaryOf), isInPlace }
    } finally {
      await input.close()
    }
  } catch (error) {
    throw fileFailure('rewrap', path, error)
  }
}

interface Outcome {
  readonly keys: readonly WrappedKey[]
  readonly isInPlace: boolean
}

async function rewrapKeyhaven(
  path: string,
  input: InputFile,
  present: ParsedHeader,
  options: RewrapOptions,
): Promise<Outcome> {
  const { length } = present.bytes
  const { header, keys } = await rewrapHeader(present, options, length)
  await input.requireUnchanged()
  if (header.length === length) {
    await replaceHeader(path, present.bytes, header)
    return { keys, isInPlace: true }
  }
  const larger = await rewrapHeader(present, options, fileHeaderAlignment)
  await replaceFile(path, input, prefixed(larger.header, tail(input, length)))
  return { keys: larger.keys, isInPlace: false }
}

async function rewrapOther(path: string, input: InputFile, options: RewrapOptions): Promise<Outcome> {
  const reader = new ByteReader(input.content())
  const family = detectFamily(await reader.peek(detectBytes))
  if (family === undefined || family === 'keyhaven')
    throw new EnvelopeError('UnknownFormat', `${path} is no envelope of a format that this program knows`)
  if (family === 'sdk-stream') {
    const { start, keys } = await rewrapStreamStart(reader, options)
    await replaceFile(path, input, prefixed(start, reader.rest()))
    return { keys, isInPlace: false }
  }
  const envelope = await reader.takeAll(wholeEnvelopeLimitBytes)
  if (envelope === undefined)
    throw new EnvelopeError('TooLarge', `an envelope of this format has at most ${wholeEnvelopeLimitBytes} bytes`)
  const rewrapped = await (family === 'sdk-message'
    ? rewrapMessage(envelope, options)
    : rewrapSample(envelope, family, options))
  await replaceFile(path, input, [rewrapped.envelope])
  return { keys: rewrapped.keys, isInPlace: false }
}

async function replaceFile(
  path: string,
  input: InputFile,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const output = await OutputFile.create(path, { force: true, mode: input.mode })
  try {
    for await (const portion of content) await output.write(portion)
    await input.requireUnchanged()
    await output.commit()
  } finally {
    await output.discard()
  }
}

async function* tail(input: InputFile, start: number): AsyncGenerator<Uint8Array> {
  const portionBytes = 1 << 20
  for (let position = start; position < input.size; position += portionBytes)
    yield await input.part(position, Math.min(portionBytes, input.size - position))
}

async function* prefixed(start: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield start
  yield* rest
}
