import { stat } from 'node:fs/promises'
import { withOutput } from '../../sdk/envelope/files/output-file.ts'
import { SigningError } from '../errors.ts'
import { fileSource, piecesOf } from './file/source.ts'
import type { PdfSignOptions } from './options.ts'
import { signatureUpdate } from './sign.ts'

export interface PdfFileOptions {
  /** replace a file that is there */
  readonly force?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Signs a PDF file of any size: it is read in pieces, and the signed file appears under its name when it is complete.
 *
 * @param target - may be the source itself, with `force`
 * @throws SigningError `document`, `certificate`, `signature`; EnvelopeError `TargetExists`, `FileFailed`; what the signer throws
 */
export async function signPdfFile(
  source: string,
  target: string,
  { force, signal, ...options }: PdfSignOptions & PdfFileOptions,
): Promise<void> {
  const before = await stat(source, { bigint: true })
  using bytes = fileSource(source)
  const update = await signatureUpdate(bytes, options)
  const output = { ...(force === true && { force }), ...(signal && { signal }) }
  await withOutput(target, Number(before.mode & 0o777n), output, async (file) => {
    for (const piece of piecesOf(bytes, 0, bytes.length)) {
      signal?.throwIfAborted()
      await file.write(piece)
    }
    await file.write(update)
    const after = await stat(source, { bigint: true })
    // What was digested and what was copied have to be the same.
    if (after.size !== before.size || after.mtimeNs !== before.mtimeNs)
      throw new SigningError('document', `${source} changed while it was signed.`)
  })
}
