import { realpath, stat } from 'node:fs/promises'
import { requireArgument, requireOptions } from '../arguments.ts'
import { ByteReader } from '../byte-reader.ts'
import type { WrappedKey } from '../data-keys/data-key.ts'
import { EnvelopeError } from '../errors.ts'
import { type ParsedHeader, roomyHeaderBytes } from '../keyhaven/header.ts'
import { rewrapHeader } from '../keyhaven/rewrap.ts'
import type { RewrapOptions } from '../options.ts'
import { rewrap } from '../rewrap.ts'
import { type KeySummary, summaryOf } from '../summaries.ts'
import { fileFailure } from './file-failure.ts'
import { readFileHeader } from './file-header.ts'
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
  requireArgument('path', 'path', path)
  requireOptions('rewrap', options)
  try {
    const file = await regularFile(path)
    await recoverHeader(file)
    const input = await InputFile.open(file, options.signal)
    try {
      const header = await readFileHeader(input)
      const inPlace = header && (await rewrapInPlace(file, input, header, options))
      const keys = inPlace ?? (await rewrapCopy(file, input, options))
      return { keys: keys.map(summaryOf), isInPlace: inPlace !== undefined }
    } finally {
      await input.close()
    }
  } catch (error) {
    throw fileFailure('rewrap', path, error)
  }
}

/** The file itself: a link that was named stays one, and what a crash leaves lies beside the file whoever names it. */
async function regularFile(path: string): Promise<string> {
  const file = await realpath(path)
  if (!(await stat(file)).isFile())
    throw new EnvelopeError('InvalidArgument', `${path} is no regular file; only those can be changed in place`)
  return file
}

/** @returns undefined if the new keys need a longer header */
async function rewrapInPlace(
  path: string,
  input: InputFile,
  present: ParsedHeader,
  options: RewrapOptions,
): Promise<readonly WrappedKey[] | undefined> {
  const { length } = present.bytes
  const { header, keys } = await rewrapHeader(present, options, length)
  if (header.length !== length) return undefined
  await input.requireUnchanged()
  await replaceHeader(path, present.bytes, header)
  return keys
}

async function rewrapCopy(path: string, input: InputFile, options: RewrapOptions): Promise<readonly WrappedKey[]> {
  const reader = new ByteReader(input.content(), options.signal)
  const { keys, bytes } = await rewrap(reader, options, { headerAlignment: roomyHeaderBytes })
  const output = await OutputFile.create(path, { force: true, mode: input.mode })
  try {
    for await (const portion of bytes) await output.write(portion)
    await input.requireUnchanged()
    await output.commit()
  } finally {
    await output.discard()
    await reader.close()
  }
  return keys
}
