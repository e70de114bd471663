import { AuditDamaged } from './damage.ts'
import { type AuditFile, type AuditFolder, segmentName, segmentNumber } from './folder.ts'

interface SegmentsOptions {
  readonly folder: AuditFolder
  /** a segment that has grown this long is closed and the next one begun */
  readonly segmentBytes: number
}

/** What has to fit before a log that failed goes on: some two thousand records. */
const roomBytes = 1024 * 1024

/** The files that a log is written to, one after the other. */
export class Segments {
  readonly #options: SegmentsOptions
  readonly #torn: number
  #name: string
  #file: AuditFile | undefined
  #position: number

  /**
   * @param last - segment to go on in
   * @param position - where its next byte goes
   * @param torn - bytes behind that, of a write that was cut short
   */
  constructor(options: SegmentsOptions, last: string, position: number, torn: number) {
    this.#options = options
    this.#name = last
    this.#position = position
    this.#torn = torn
  }

  /** @throws AuditDamaged when the file is no more what it was when it was read */
  async open(): Promise<void> {
    const file = await this.#options.folder.open(this.#name)
    this.#file = file
    const size = await file.size()
    if (size !== this.#position + this.#torn)
      throw new AuditDamaged(`${this.#options.folder.path}/${this.#name} was changed by somebody else`)
    if (this.#torn > 0) await file.truncate(this.#position)
  }

  /**
   * Adds whole lines to the end; durable when it returns. They count once `advance` was called: whoever has given up
   * waiting for a write that hangs wants none of it when it comes back.
   *
   * @returns where they begin
   * @throws AuditDamaged when somebody else has been at the file
   */
  async write(bytes: Uint8Array): Promise<{ segment: string; position: number }> {
    const file = await this.#writable()
    const position = this.#position
    await file.write(bytes, position)
    return { segment: file.name, position }
  }

  advance(bytes: number): void {
    this.#position += bytes
  }

  /** After a failed write: brings the file back to the last whole one, if there is room to go on. */
  async restore(): Promise<void> {
    await this.#file?.restore(this.#position, roomBytes)
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }

  async #writable(): Promise<AuditFile> {
    const file = this.#file
    if (file === undefined) throw new TypeError('the log has not been begun')
    if (this.#position < this.#options.segmentBytes) return file
    const next = await this.#options.folder.open(segmentName(segmentNumber(this.#name) + 1))
    this.#file = next
    this.#name = next.name
    this.#position = 0
    await file.close()
    return next
  }
}
