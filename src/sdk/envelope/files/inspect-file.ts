import { requireArgument } from '../arguments.ts'
import { describeEnvelope } from '../describe.ts'
import type { EnvelopeDescription } from '../summaries.ts'
import { InputFile } from './input-file.ts'

/**
 * Says what a file is, which keys open it and under which context, without decrypting it.
 *
 * @throws as `describeEnvelope`; `FileFailed`
 */
export async function inspectFile(path: string): Promise<EnvelopeDescription> {
  requireArgument('path', 'path', path)
  const input = await InputFile.open(path)
  try {
    return await describeEnvelope(input.content(), input.size)
  } finally {
    await input.close()
  }
}
