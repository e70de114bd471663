import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { EnvelopeError } from '../errors.ts'
import { fileFailure } from './file-failure.ts'

/** A source that is watched for changes while it is read. Not only regular files: pipes and devices are read to their end. */
export class InputFile {
  readonly path: string
  readonly handle: FileHandle
  readonly #before: BigIntStats

  private constructor(path: string, handle: FileHandle, before: BigIntStats) {
    this.path = path
    this.handle = handle
    this.#before = before
  }

  /** @throws EnvelopeError `FileFailed`; `InvalidArgument` for a folder */
  static async open(path: string, flags: number = constants.O_RDONLY): Promise<InputFile> {
    try {
      const handle = await open(path, flags)
      const before = await handle.stat({ bigint: true })
      if (!before.isDirectory()) return new InputFile(path, handle, before)
      await handle.close()
    } catch (error) {
      throw fileFailure('read', path, error)
    }
    throw new EnvelopeError('InvalidArgument', `${path} is a folder`)
  }

  get isRegular(): boolean {
    return this.#before.isFile()
  }

  /** Bytes, for regular files only. */
  get size(): number {
    return Number(this.#before.size)
  }

  get mode(): number {
    return this.isRegular ? Number(this.#before.mode & 0o777n) : 0o600
  }

  /** Everything from the start, in order. */
  async *content(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const buffer = new Uint8Array(1 << 18)
      const { bytesRead } = await this.handle.read(buffer, 0, buffer.length, null).catch((error: unknown) => {
        throw fileFailure('read', this.path, error)
      })
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  }

  /** Exactly this part. @throws EnvelopeError `SourceChanged` if it is no longer there */
  async part(position: number, length: number): Promise<Uint8Array> {
    const buffer = new Uint8Array(length)
    for (let filled = 0; filled < length; ) {
      const { bytesRead } = await this.handle
        .read(buffer, filled, length - filled, position + filled)
        .catch((error: unknown) => {
          throw fileFailure('read', this.path, error)
        })
      if (bytesRead === 0) throw sourceChanged(this.path)
      filled += bytesRead
    }
    return buffer
  }

  /** A mixture of two states of a file is no state of it. @throws EnvelopeError `SourceChanged` */
  async requireUnchanged(): Promise<void> {
    if (!this.isRegular) return
    const after = await this.handle.stat({ bigint: true })
    if (after.size !== this.#before.size || after.mtimeNs !== this.#before.mtimeNs) throw sourceChanged(this.path)
  }

  /** Writing a file over itself would end with neither. @throws EnvelopeError `InvalidArgument` */
  async requireOther(target: string): Promise<void> {
    const other = await stat(target, { bigint: true }).catch(() => undefined)
    if (other && other.dev === this.#before.dev && other.ino === this.#before.ino)
      throw new EnvelopeError('InvalidArgument', `${target} is the input itself`)
  }

  async close(): Promise<void> {
    await this.handle.close()
  }
}

function sourceChanged(path: string): EnvelopeError {
  return new EnvelopeError('SourceChanged', `${path} changed while it was read; nothing was written`)
}
