import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { localTime, type OfficialFigures, officialBlock } from '../../load/official-block.ts'
import type { Output } from '../output.ts'

/** Where the blocks of the official tool go: standard output, or files in a folder. */
export class OfficialLog {
  readonly #output: Output
  readonly #folder: string | undefined
  #written: Promise<void>

  constructor(output: Output, folder: string | undefined) {
    this.#output = output
    this.#folder = folder
    this.#written = folder === undefined ? Promise.resolve() : mkdir(folder, { recursive: true }).then(() => undefined)
  }

  frame(text: string): void {
    if (!this.#output.isJson) this.#output.line(text)
  }

  statistics(figures: OfficialFigures): void {
    const now = new Date()
    const block = officialBlock(figures, now)
    if (this.#folder !== undefined) this.#append('statistics.log', `${localTime(now)} INFO benchmark : ${block}\n`)
    else if (!this.#output.isJson) this.#output.line(block)
  }

  debug(lines: readonly string[]): void {
    if (lines.length === 0) return
    const prefix = `${localTime(new Date())} INFO benchmark : `
    if (this.#folder !== undefined) this.#append('debug.log', lines.map((line) => `${prefix}${line}\n`).join(''))
    else for (const line of lines) this.frame(line)
  }

  /** Everything that was logged is in its file. */
  async close(): Promise<void> {
    await this.#written
  }

  #append(name: string, text: string): void {
    const path = join(this.#folder ?? '.', name)
    this.#written = this.#written.then(() => appendFile(path, text))
  }
}
