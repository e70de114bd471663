import { wipe } from '../data-key.ts'
import { EnvelopeError, throwIfAborted } from '../errors.ts'
import { layoutOfPlaintext, maxChunks } from '../keyhaven/chunk.ts'
import { prepareEnvelope } from '../keyhaven/seal.ts'
import type { EncryptionSummary, EncryptOptions } from '../options.ts'
import { seal } from '../seal.ts'
import { ChunkWorkers } from './chunk-workers.ts'
import { InputFile } from './input-file.ts'
import { OutputFile } from './output-file.ts'

/** So that the body begins on a page and `rewrap` finds room for some ten keys more. */
export const fileHeaderAlignment = 4096

export interface FileOptions {
  /** Replace an existing output. */
  readonly force?: boolean
  /** Called with the bytes read so far and, for regular files, their number. */
  readonly onProgress?: (doneBytes: number, totalBytes: number | undefined) => void
  /** Threads to share between files; without it a large file gets its own. */
  readonly workers?: ChunkWorkers
}

export interface EncryptFileOptions extends EncryptOptions, FileOptions {}

/**
 * Encrypts a file, or what a pipe gives, into a new file. The output appears when it is complete and durable, with the
 * permissions of the input; on any failure nothing appears. Holes of sparse files are encrypted as the zeros they are.
 *
 * @returns what was written: format, algorithm, keys
 * @throws EnvelopeError `TargetExists`, `SourceChanged`, `FileFailed`, `KeyUnavailable`, `Aborted`, `InvalidArgument`, `TooLarge`
 * @example await encryptFile('data/sales.csv', 'data/sales.csv.cipher', { kms: client, keyId: 'alias/Apollo/WorkKey' })
 */
export async function encryptFile(
  source: string,
  target: string,
  options: EncryptFileOptions,
): Promise<EncryptionSummary> {
  return withFiles(source, target, options, async (input, output) => {
    const isParallel = input.isRegular && (options.format ?? 'keyhaven') === 'keyhaven'
    return isParallel ? sealInParallel(input, output, target, options) : sealInOrder(input, output, options)
  })
}

async function sealInParallel(
  input: InputFile,
  output: OutputFile,
  target: string,
  options: EncryptFileOptions,
): Promise<EncryptionSummary> {
  const { size } = input
  const prepared = await prepareEnvelope(options, { plaintextBytes: size, headerAlignment: fileHeaderAlignment })
  const { cipher, chunkBytes, header, summary } = prepared
  try {
    const layout = layoutOfPlaintext(size, chunkBytes)
    if (layout.chunks > maxChunks)
      throw new EnvelopeError('TooLarge', `${size} bytes need larger chunks than ${chunkBytes} bytes`)
    await output.write(header)
    const { signal, onProgress } = options
    await withWorkers(options.workers, (workers) =>
      workers.run({
        direction: 'seal',
        cipher,
        layout,
        input: input.handle.fd,
        inputOffset: 0,
        output: output.handle.fd,
        outputOffset: header.length,
        outputPath: target,
        signal,
        onProgress: onProgress && ((bytes) => onProgress(bytes, size)),
      }),
    )
    return summary
  } finally {
    wipe(cipher.chunkKey)
  }
}

async function sealInOrder(
  input: InputFile,
  output: OutputFile,
  options: EncryptFileOptions,
): Promise<EncryptionSummary> {
  const total = input.isRegular ? input.size : undefined
  let done = 0
  const content = input.content((bytes) => {
    done += bytes
    options.onProgress?.(done, total)
  })
  const { summary, bytes } = await seal(content, options, {
    plaintextBytes: total,
    headerAlignment: fileHeaderAlignment,
  })
  for await (const portion of bytes) await output.write(portion)
  return summary
}

/**
 * Opens both files, lets `work` fill the output, and gives it its name if all went well and the input is what it was.
 */
export async function withFiles<Summary>(
  source: string,
  target: string,
  options: FileOptions & { readonly signal?: AbortSignal },
  work: (input: InputFile, output: OutputFile) => Promise<Summary>,
): Promise<Summary> {
  const input = await InputFile.open(source)
  try {
    await input.requireOther(target)
    const output = await OutputFile.create(target, { force: options.force, mode: input.mode })
    try {
      const summary = await work(input, output)
      await input.requireUnchanged()
      throwIfAborted(options.signal)
      await output.commit()
      return summary
    } finally {
      await output.discard()
    }
  } finally {
    await input.close()
  }
}

/** The caller's threads, or new ones that end with the work. */
export async function withWorkers(
  workers: ChunkWorkers | undefined,
  use: (workers: ChunkWorkers) => Promise<void>,
): Promise<void> {
  if (workers) return use(workers)
  const own = new ChunkWorkers()
  try {
    await use(own)
  } finally {
    await own.close()
  }
}
