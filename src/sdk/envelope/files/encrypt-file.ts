import { requireArgument, requireOptions } from '../arguments.ts'
import { type ByteSource, heard } from '../byte-reader.ts'
import { wipe } from '../data-keys/data-key.ts'
import { EnvelopeError } from '../errors.ts'
import { layoutOfPlaintext, maxChunks } from '../keyhaven/chunk.ts'
import { roomyHeaderBytes } from '../keyhaven/header.ts'
import { prepareEnvelope } from '../keyhaven/seal.ts'
import { onlineLimitBytes } from '../online/limits.ts'
import { seal } from '../seal.ts'
import type { EncryptionSummary } from '../summaries.ts'
import { withWorkers } from './chunk-workers.ts'
import { counted } from './counted.ts'
import type { InputFile } from './input-file.ts'
import type { EncryptFileOptions } from './options.ts'
import { type OutputFile, withOutput } from './output-file.ts'
import { withFiles } from './with-files.ts'

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
  requireArgument('source', 'path or source', source)
  requireArgument('target', 'path', target)
  requireOptions('encrypt', options)
  if (typeof source !== 'string') {
    heard(source)
    return withOutput(target, 0o600, options, (output) => sealInOrder(source, undefined, output, options))
  }
  return withFiles(source, target, options, async (input, output) => {
    const { format = 'keyhaven' } = options
    const { size } = input
    if (size !== undefined && (format === 'keyhaven' || (format === 'auto' && size > onlineLimitBytes)))
      return sealInParallel(input, size, output, target, options)
    return sealInOrder(input.content(), size, output, options)
  })
}

async function sealInParallel(
  input: InputFile,
  size: number,
  output: OutputFile,
  target: string,
  options: EncryptFileOptions,
): Promise<EncryptionSummary> {
  const prepared = await prepareEnvelope(options, { plaintextBytes: size, headerAlignment: roomyHeaderBytes })
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
  const { summary, bytes } = await seal(content, options, { plaintextBytes, headerAlignment: roomyHeaderBytes })
  for await (const portion of bytes) await output.write(portion)
  return summary
}
