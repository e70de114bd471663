import { randomBytes } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { constants, copyFile, type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises'
import { hiddenNeighbour } from '../sdk/envelope/files/hidden-neighbour.ts'
import type { Context } from './context.ts'
import { CliError } from './failure.ts'

/**
 * Reads a file, or standard input for `-`, to its end, whatever its size is said to be; without reading on when there is
 * more than wanted.
 *
 * @returns undefined if it holds more than `maxBytes`
 */
export async function readAtMost(context: Context, file: string, maxBytes: number): Promise<Uint8Array | undefined> {
  if (file === '-') return collectAtMost(context.io.stdin, maxBytes)
  const handle = await open(context.path(file), 'r')
  try {
    const before = await handle.stat({ bigint: true })
    const bytes = await collectAtMost(contentOf(handle), maxBytes)
    if (bytes) requireUnchanged(file, before, await handle.stat({ bigint: true }))
    return bytes
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

/** The pieces of a file of any size, or of standard input for `-`. */
export async function* readPieces(context: Context, file: string): AsyncGenerator<Uint8Array> {
  if (file === '-') {
    yield* context.io.stdin
    return
  }
  try {
    await using handle = await open(context.path(file), 'r')
    const before = await handle.stat({ bigint: true })
    yield* contentOf(handle)
    requireUnchanged(file, before, await handle.stat({ bigint: true }))
  } catch (error) {
    throw withPath(error, file)
  }
}

/** A mixture of two states of a file is no state of it; pipes and devices have none. */
function requireUnchanged(file: string, before: BigIntStats, after: BigIntStats): void {
  if (before.isFile() && (after.size !== before.size || after.mtimeNs !== before.mtimeNs))
    throw new CliError('fileChanged', `${file} changed while it was read`)
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

/** Not a stream: that closes the file when its reader has seen enough. */
async function* contentOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(1 << 16))
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
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
 * @throws CliError `fileExists`; `notFile` for a device or pipe, whose place a new file would take
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
  const temporary = hiddenNeighbour(target, randomBytes(6).toString('hex'))
  try {
    await requireFile(target, file)
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

async function requireFile(target: string, file: string): Promise<void> {
  const present = await stat(target).catch(() => undefined)
  if (present && !present.isFile() && !present.isDirectory())
    throw new CliError('notFile', `${file} is a device, pipe or socket; use --out - for standard output`)
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
