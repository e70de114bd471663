import { InputFile } from './input-file.ts'
import type { FileOptions } from './options.ts'
import { type OutputFile, withOutput } from './output-file.ts'

/**
 * Opens both files, lets `work` fill the output, and gives it its name if all went well and the input is what it was.
 */
export async function withFiles<Summary>(
  source: string,
  target: string,
  options: FileOptions & { readonly signal?: AbortSignal },
  work: (input: InputFile, output: OutputFile) => Promise<Summary>,
): Promise<Summary> {
  const input = await InputFile.open(source, options.signal)
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
