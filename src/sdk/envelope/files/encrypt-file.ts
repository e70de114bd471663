import type { ByteSource } from '../byte-reader.ts'
import { wipe } from '../data-keys/data-key.ts'
import { EnvelopeError } from '../errors.ts'
import { layoutOfPlaintext, maxChunks } from '../keyhaven/chunk.ts'
import { prepareEnvelope } from '../keyhaven/seal.ts'
import { type EncryptionSummary, type EncryptOptions, onlineLimitBytes } from '../options.ts'
import { seal } from '../seal.ts'
import { ChunkWorkers } from './chunk-workers.ts'
import { InputFile } from './input-file.ts'
import { type OutputFile, withOutput } from './output-file.ts'

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
 * Encrypts a file, given by its path, or any other source of bytes into a new file. The output appears when it is complete and durable, with the
 * permissions of the input file; on any failure nothing appears. Holes of sparse files are encrypted as the zeros they are.
 *
 * @returns what was written: format, algorithm, keys
 * @throws EnvelopeError `TargetExists`, `SourceChanged`, `FileFailed`, `KeyUnavailable`, `Aborted`, `InvalidArgument`, `TooLarge`
 * @example await encryptFile('data/sales.csv', 'data/sales.csv.cipher', { kms: client, keyId: 'alias/Apollo/WorkKey' })
 */
export async function encryptFile(
  source: string | ByteSource,
  target: string,
  options: EncryptFileOptions,
): Promise<EncryptionSummary> {
  if (typeof source !== 'string')
    return withOutput(target, 0o600, options, (output) => sealInOrder(source, undefined, output, options))
  return withFiles(source, target, options, async (input, output) => {
    const { format = 'keyhaven' } = options
    const isOwn = format === 'keyhaven' || (format === 'auto' && input.size > onlineLimitBytes)
    const isParallel = input.isRegular && isOwn
    if (isParallel) return sealInParallel(input, output, target, options)
    return sealInOrder(input.content(), input.isRegular ? input.size : undefined, output, options)
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
  source: ByteSource,
  plaintextBytes: number | undefined,
  output: OutputFile,
  options: EncryptFileOptions,
): Promise<EncryptionSummary> {
  const content = counted(source, (done) => options.onProgress?.(done, plaintextBytes))
  const { summary, bytes } = await seal(content, options, { plaintextBytes, headerAlignment: fileHeaderAlignment })
  for await (const portion of bytes) await output.write(portion)
  return summary
}

/** Tells how many bytes have gone by. */
export async function* counted(source: ByteSource, onBytes: (doneBytes: number) => void): AsyncGenerator<Uint8Array> {
  let done = 0
  for await (const portion of source) {
    done += portion.length
    onBytes(done)
    yield portion
  }
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
    return await withOutput(target, input.mode, options, async (output) => {
      const summary = await work(input, output)
      await input.requireUnchanged()
      return summary
    })
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
