import { randomBytes } from 'node:crypto'
import { constants, fchmodSync } from 'node:fs'
import { type FileHandle, link, open, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EnvelopeError, throwIfAborted } from '../errors.ts'
import { fileFailure } from './file-failure.ts'
import { hiddenNeighbour } from './hidden-neighbour.ts'

interface OutputSettings {
  readonly force?: boolean | undefined
  /** permission bits of the finished file */
  readonly mode: number
}

/**
 * A file that appears under its name only when it is complete and on disk. Until then it is a hidden neighbour,
 * readable by its owner only, and `discard` removes every trace of it.
 */
export class OutputFile {
  readonly handle: FileHandle
  readonly #target: string
  readonly #partial: string
  readonly #settings: OutputSettings
  #isCommitted: boolean = false

  private constructor(handle: FileHandle, target: string, partial: string, settings: OutputSettings) {
    this.handle = handle
    this.#target = target
    this.#partial = partial
    this.#settings = settings
  }

  /** @throws EnvelopeError `TargetExists` unless `force`; `InvalidArgument` for a device and its like; `FileFailed` */
  static async create(target: string, settings: OutputSettings): Promise<OutputFile> {
    await requireFree(target, settings)
    const partial = hiddenNeighbour(target, `${randomBytes(6).toString('hex')}.partial`)
    try {
      return new OutputFile(await open(partial, 'wx', 0o600), target, partial, settings)
    } catch (error) {
      throw fileFailure('write', target, error)
    }
  }

  /** Appends, in order. @throws EnvelopeError `FileFailed` */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.handle.writeFile(bytes)
    } catch (error) {
      throw fileFailure('write', this.#target, error)
    }
  }

  /** Makes the content durable, then gives it its name. @throws EnvelopeError `TargetExists`, `FileFailed` */
  async commit(): Promise<void> {
    try {
      // Of an open file this is a matter of memory, while a thread for it would have to be woken.
      fchmodSync(this.handle.fd, this.#settings.mode)
      await this.handle.sync()
      await this.handle.close()
      await this.#takeName()
      await syncFolder(dirname(this.#target))
      this.#isCommitted = true
    } catch (error) {
      throw fileFailure('write', this.#target, error)
    }
  }

  /** Removes what was written so far; harmless after `commit`. */
  async discard(): Promise<void> {
    if (this.#isCommitted) return
    await this.handle.close().catch(() => undefined)
    await rm(this.#partial, { force: true })
  }

  async #takeName(): Promise<void> {
    if (this.#settings.force === true) return rename(this.#partial, this.#target)
    // A link, unlike a rename, fails if somebody else made the target in the meantime.
    try {
      await link(this.#partial, this.#target)
    } catch (error) {
      if (errorCode(error) === 'EEXIST') throw targetExists(this.#target)
      if (errorCode(error) === 'ENOENT') throw error
      return rename(this.#partial, this.#target)
    }
    await unlink(this.#partial)
  }
}

/** Lets `work` fill a new file, which gets its name if all went well and is removed otherwise. */
export async function withOutput<Summary>(
  target: string,
  mode: number,
  options: { readonly force?: boolean; readonly signal?: AbortSignal },
  work: (output: OutputFile) => Promise<Summary>,
): Promise<Summary> {
  const output = await OutputFile.create(target, { force: options.force, mode })
  try {
    const summary = await work(output)
    throwIfAborted(options.signal)
    await output.commit()
    return summary
  } finally {
    await output.discard()
  }
}

/** A rename is durable once its folder is; file systems that cannot sync a folder do not need it. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY).catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

/** A new file under the name of a device would take its place: only a file may be replaced. */
async function requireFree(target: string, { force }: OutputSettings): Promise<void> {
  const present = await stat(target).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw fileFailure('write', target, error)
  })
  if (present === undefined) return
  if (present.isDirectory()) throw new EnvelopeError('InvalidArgument', `cannot write ${target}: it is a folder`)
  if (!present.isFile())
    throw new EnvelopeError(
      'InvalidArgument',
      `cannot write ${target}: it is a device, pipe or socket; write a stream to it (on the command line: --out -)`,
    )
  if (force !== true) throw targetExists(target)
}

function targetExists(target: string): EnvelopeError {
  return new EnvelopeError('TargetExists', `${target} exists already; use --force (in programs: force) to replace it`)
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
