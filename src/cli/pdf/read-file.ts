import type { Context } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource } from '../files.ts'

/** Certificates, revocation lists and images; lists of large authorities are a few megabytes. */
const longestFile = 32 * 2 ** 20

export const readFile = (context: Context, file: string): Promise<Uint8Array> =>
  readSource(context, file, longestFile, () => new CliError('tooLarge', `${file} is longer than 32 MiB`))
