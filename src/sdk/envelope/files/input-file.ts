import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { EnvelopeError } from '../errors.ts'
import { unlessAborted } from '../unless-aborted.ts'
import { fileFailure } from './file-failure.ts'

const portionBytes = 1 << 18

/**
 * A source that is watched for changes while it is read. Where reading ends, it ends: what `stat` says of its size is a
 * claim, which procfs and file systems over a network or in user space get wrong. Pipes and devices are read to their
 * end, too.
 */
export class InputFile {
  readonly path: string
  readonly handle: FileHandle
  /** Bytes, if that many can be read at their places: only for regular files whose size is what `stat` says. */
  readonly size: number | undefined
  readonly #before: BigIntStats
  /** read already, to see whether there is anything */
  #start: Uint8Array
  #isReading: boolean = false

  private constructor(
    path: string,
    handle: FileHandle,
    before: BigIntStats,
    size: number | undefined,
    start: Uint8Array,
  ) {
    this.path = path
    this.handle = handle
    this.size = size
    this.#before = before
    this.#start = start
  }

  /**
   * Waits, as for a named pipe, until somebody writes into it.
   *
   * @throws EnvelopeError `FileFailed`; `InvalidArgument` for a folder; `Aborted`
   */
  static async open(path: string, signal?: AbortSignal): Promise<InputFile> {
    try {
      const opening = open(path, constants.O_RDONLY)
      const handle = await unlessAborted(opening, signal, (late) => void late.close())
      const before = await handle.stat({ bigint: true })
      if (!before.isDirectory()) return await InputFile.#of(path, handle, before)
      await handle.close()
    } catch (error) {
      throw fileFailure('read', path, error)
    }
    throw new EnvelopeError('InvalidArgument', `${path} is a folder`)
  }

  static async #of(path: string, handle: FileHandle, before: BigIntStats): Promise<InputFile> {
    const claimed = Number(before.size)
    if (!before.isFile()) return new InputFile(path, handle, before, undefined, nothing)
    if (claimed > 0)
      return new InputFile(path, handle, before, (await endsAt(handle, claimed)) ? claimed : undefined, nothing)
    // Read in order: what is read twice at one place of such a file may differ, or be gone.
    const buffer = new Uint8Array(portionBytes)
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, null)
    return new InputFile(path, handle, before, bytesRead === 0 ? 0 : undefined, buffer.subarray(0, bytesRead))
  }

  get isRegular(): boolean {
    return this.#before.isFile()
  }

  get mode(): number {
    return this.isRegular ? Number(this.#before.mode & 0o777n) : 0o600
  }

  /**
   * Everything from the start, in order; once.
   *
   * @throws EnvelopeError `FileFailed`, `SourceChanged` if there is more than there was
   */
  async *content(): AsyncGenerator<Uint8Array> {
    let done = this.#start.length
    if (done > 0) yield this.#start
    this.#start = nothing
    for (;;) {
      const portion = await this.#read(new Uint8Array(portionBytes), null)
      if (portion.length === 0) return
      done += portion.length
      // Somebody who goes on writing is not read after forever.
      if (this.size !== undefined && done > this.size) throw sourceChanged(this.path)
      yield portion
    }
  }

  /** Exactly this part. @throws EnvelopeError `SourceChanged` if it is no longer there */
  async part(position: number, length: number): Promise<Uint8Array> {
    const buffer = new Uint8Array(length)
    for (let filled = 0; filled < length; ) {
      const { length: bytesRead } = await this.#read(buffer.subarray(filled), position + filled)
      if (bytesRead === 0) throw sourceChanged(this.path)
      filled += bytesRead
    }
    return buffer
  }

  async #read(target: Uint8Array, position: number | null): Promise<Uint8Array> {
    this.#isReading = true
    try {
      const { bytesRead } = await this.handle.read(target, 0, target.length, position)
      return target.subarray(0, bytesRead)
    } catch (error) {
      throw fileFailure('read', this.path, error)
    } finally {
      this.#isReading = false
    }
  }

  /** A mixture of two states of a file is no state of it. @throws EnvelopeError `SourceChanged` */
  async requireUnchanged(): Promise<void> {
    if (!this.isRegular) return
    const after = await this.handle.stat({ bigint: true })
    const isSame = after.size === this.#before.size && after.mtimeNs === this.#before.mtimeNs
    if (!isSame || (this.size !== undefined && !(await endsAt(this.handle, this.size)))) throw sourceChanged(this.path)
  }

  /** Writing a file over itself would end with neither. @throws EnvelopeError `InvalidArgument` */
  async requireOther(target: string): Promise<void> {
    const other = await stat(target, { bigint: true }).catch(() => undefined)
    if (other && other.dev === this.#before.dev && other.ino === this.#before.ino)
      throw new EnvelopeError('InvalidArgument', `${target} is the input itself`)
  }

  /** Does not wait for a read that was given up: that of a pipe ends when somebody writes. */
  async close(): Promise<void> {
    const closed = this.handle.close()
    if (this.#isReading) closed.catch(() => undefined)
    else await closed
  }
}

/**
 * The content of a file in order.
 *
 * @throws EnvelopeError `FileFailed`; `SourceChanged` at the end in place of ending; `Aborted`
 */
export async function* contentOf(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const input = await InputFile.open(path, signal)
  try {
    yield* input.content()
    await input.requireUnchanged()
  } finally {
    await input.close()
  }
}

const nothing = new Uint8Array(0)

/** Whether there is a byte before this place and none at it. */
async function endsAt(handle: FileHandle, size: number): Promise<boolean> {
  const last = Math.min(size, 1)
  const read = await handle.read(new Uint8Array(2), 0, 1 + last, size - last).catch(() => undefined)
  return read?.bytesRead === last
}

function sourceChanged(path: string): EnvelopeError {
  return new EnvelopeError('SourceChanged', `${path} changed while it was read`)
}
