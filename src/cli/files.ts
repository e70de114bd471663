import { randomBytes } from 'node:crypto'
import { constants, copyFile, link, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Context } from './context.ts'
import { CliError } from './failure.ts'

/**
 * Reads a file, or standard input for `-`, without reading on when there is more than wanted.
 *
 * @returns undefined if it holds more than `maxBytes`
 */
export async function readAtMost(context: Context, file: string, maxBytes: number): Promise<Uint8Array | undefined> {
  if (file === '-') return collectAtMost(context.io.stdin, maxBytes)
  const handle = await open(context.path(file), 'r')
  try {
    return await collectAtMost(handle.createReadStream({ end: maxBytes, autoClose: false }), maxBytes)
  } catch (error) {
    throw withPath(error, file)
  } finally {
    await handle.close()
  }
}

/** `readAtMost` that throws `tooLong()`. */
export async function readSource(
  context: Context,
  file: string,
  maxBytes: number,
  tooLong: () => CliError,
): Promise<Uint8Array> {
  const bytes = await readAtMost(context, file, maxBytes)
  if (bytes === undefined) throw tooLong()
  return bytes
}

async function collectAtMost(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export interface WriteSettings {
  /** replace what is there */
  readonly isForced: boolean
  /** readable for the owner alone */
  readonly isSecret: boolean
}

/**
 * Writes a file whole or not at all, or to standard output for `-`: a reader never sees half of it, and an interrupted
 * command leaves what was there before.
 *
 * @throws CliError `fileExists`
 */
export async function writeTarget(
  context: Context,
  file: string,
  bytes: Uint8Array,
  settings: WriteSettings,
): Promise<void> {
  if (file === '-') {
    context.io.stdout.write(bytes)
    return
  }
  const target = context.path(file)
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`)
  try {
    await writeDurably(temporary, bytes, settings.isSecret ? 0o600 : 0o644)
    await (settings.isForced ? rename(temporary, target) : putInPlace(temporary, target))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new CliError('fileExists', `${file} exists; use --force to replace it`, error)
    throw withPath(error, file)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** A link appears whole and refuses to replace anything; where links are unknown, an exclusive copy at least does that. */
async function putInPlace(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target)
  } catch (error) {
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    await copyFile(temporary, target, constants.COPYFILE_EXCL)
  }
}

async function writeDurably(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Names the file as the user did: some errors name none, others the temporary file beside it. */
function withPath(error: unknown, path: string): unknown {
  return error instanceof Error && 'errno' in error ? Object.assign(error, { path }) : error
}
