import { requireArgument, requireOptions } from '../arguments.ts'
import { type ByteSource, heard } from '../byte-reader.ts'
import { wipe } from '../data-keys/data-key.ts'
import { requireFormat } from '../formats.ts'
import { layoutOfBody } from '../keyhaven/chunk.ts'
import type { ParsedHeader } from '../keyhaven/header.ts'
import { unlockEnvelope } from '../keyhaven/open.ts'
import { open } from '../open.ts'
import type { DecryptionSummary } from '../summaries.ts'
import { withWorkers } from './chunk-workers.ts'
import { counted } from './counted.ts'
import { readFileHeader } from './file-header.ts'
import type { InputFile } from './input-file.ts'
import type { DecryptFileOptions } from './options.ts'
import { type OutputFile, withOutput } from './output-file.ts'
import { withFiles } from './with-files.ts'

/**
 * Decrypts an envelope of any format, a file given by its path or any other source, into a new file. The output appears only after all of it was authenticated and is
 * durable, with the permissions of the input; on any failure nothing appears.
 *
 * @returns what it was: format, algorithm, the key that opened it, encryption context
 * @throws EnvelopeError `UnknownFormat`, `DamagedHeader`, `AuthenticationFailed`, `ContextMismatch`, `NotAuthenticated`,
 * `KeyUnavailable`, `TargetExists`, `SourceChanged`, `FileFailed`, `Aborted`, `TooLarge`
 */
export async function decryptFile(
  source: string | ByteSource,
  target: string,
  options: DecryptFileOptions,
): Promise<DecryptionSummary> {
  requireArgument('source', 'path or source', source)
  requireArgument('target', 'path', target)
  requireOptions('decrypt', options)
  if (typeof source !== 'string') {
    heard(source)
    return withOutput(target, 0o600, options, (output) => openInOrder(source, undefined, output, options))
  }
  return withFiles(source, target, options, async (input, output) => {
    const { size } = input
    const header = await readFileHeader(input)
    if (header === undefined || size === undefined) return openInOrder(input.content(), size, output, options)
    requireFormat('keyhaven', options.format)
    return openInParallel(input, size, header, output, target, options)
  })
}

async function openInParallel(
  input: InputFile,
  size: number,
  header: ParsedHeader,
  output: OutputFile,
  target: string,
  options: DecryptFileOptions,
): Promise<DecryptionSummary> {
  const { cipher, summary, chunkBytes } = await unlockEnvelope(header, options)
  try {
    const inputOffset = header.bytes.length
    const layout = layoutOfBody(size - inputOffset, chunkBytes)
    const { signal, onProgress } = options
    await withWorkers(options.workers, (workers) =>
      workers.run({
        direction: 'open',
        cipher,
        layout,
        input: input.handle.fd,
        inputOffset,
        output: output.handle.fd,
        outputOffset: 0,
        outputPath: target,
        signal,
        onProgress: onProgress && ((bytes) => onProgress(bytes, layout.plaintextBytes)),
      }),
    )
    return summary
  } finally {
    wipe(cipher.chunkKey)
  }
}

async function openInOrder(
  source: ByteSource,
  totalBytes: number | undefined,
  output: OutputFile,
  options: DecryptFileOptions,
): Promise<DecryptionSummary> {
  const content = counted(source, (done) => options.onProgress?.(done, totalBytes))
  const { summary, bytes } = await open(content, options, { isDiscardedOnError: true })
  for await (const portion of bytes) await output.write(portion)
  return summary
}
