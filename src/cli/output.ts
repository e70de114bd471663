import { styleText } from 'node:util'
import { encodeText } from './base64-text.ts'
import type { Sink } from './io.ts'
import { asJson, type Render } from './rendering.ts'
import { printable, textWidth } from './text-width.ts'

/** What a field of a record shows; a map has names of the user. */
export type Shown = string | number | boolean | undefined | Readonly<Record<string, string>>

const textOf = (value: Shown): string =>
  typeof value === 'object'
    ? Object.entries(value)
        .map(([name, text]) => `${name}=${text}`)
        .join(', ')
    : String(value ?? '')

/** Members whose value maps names of the user, such as those of an encryption context: these are data and stay as they are. */
const mapsOfUser: ReadonlySet<string> = new Set([
  'context',
  'claims',
  'header',
  'encryptionContext',
  'sourceEncryptionContext',
  'destinationEncryptionContext',
  'extendedConfig.CustomData',
])

/** Where results go: tables and lines for people, JSON for programs. */
export class Output {
  readonly #sink: Sink
  readonly #render: Render | undefined

  /** @param render - for programs; lines and tables for people unless given */
  constructor(sink: Sink, render?: Render) {
    this.#sink = sink
    this.#render = render
  }

  /** Whether results are for programs: as JSON, or as what is asked for in place of it. */
  get isJson(): boolean {
    return this.#render !== undefined
  }

  line(text: string): void {
    this.#sink.write(`${text}\n`)
  }

  /** Pretty JSON with wire names, or what is asked for in place of it; bytes as Base64. */
  json(value: unknown): void {
    this.asWritten(wireNames(value))
  }

  /** The same with names as they are. */
  asWritten(value: unknown): void {
    this.line((this.#render ?? asJson)(value))
  }

  /**
   * A list of records.
   *
   * @param columns - heading → what to show of a record
   * @param whole - what `--json` and the like print instead
   */
  table<Row>(rows: readonly Row[], columns: Readonly<Record<string, (row: Row) => string>>, whole: unknown): void {
    if (this.isJson) {
      this.json(whole)
      return
    }
    const headings = Object.keys(columns)
    const cells = rows.map((row) => Object.values(columns).map((show) => printable(show(row))))
    const widths = headings.map((heading, index) =>
      Math.max(textWidth(heading), ...cells.map((row) => textWidth(row[index] ?? ''))),
    )
    const aligned = (row: readonly string[]): string =>
      row
        .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - textWidth(cell)))
        .join('  ')
        .trimEnd()
    const heading = this.#fitted(aligned(headings))
    this.line(this.#sink.isTTY === true ? styleText('bold', heading) : heading)
    for (const row of cells) this.line(this.#fitted(aligned(row)))
  }

  /** As much as a terminal shows in one line; a file or a program gets all of it. */
  #fitted(text: string): string {
    const { isTTY, columns = 80 } = this.#sink
    if (isTTY !== true || textWidth(text) <= columns) return text
    let fitted = ''
    for (const character of text) {
      if (textWidth(fitted + character) >= columns) break
      fitted += character
    }
    return `${fitted}…`
  }

  /** One record, a line for each of its fields that says something. */
  record(fields: Readonly<Record<string, Shown>>, whole: unknown): void {
    if (this.isJson) {
      this.json(whole)
      return
    }
    const shown = Object.entries(fields)
      .map(([name, value]) => [name, textOf(value)] as const)
      .filter(([, text]) => text !== '')
    const width = Math.max(0, ...shown.map(([name]) => textWidth(name)))
    for (const [name, text] of shown) this.line(`${name}${' '.repeat(width - textWidth(name))}  ${printable(text)}`)
  }
}

/** Tags are a map in one answer, and lists in the others. */
const isMapOfUser = (name: string, value: unknown): boolean =>
  mapsOfUser.has(name) || (name === 'tags' && isTextMap(value))

const isTextMap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).every((inner) => typeof inner === 'string')

function wireNames(value: unknown): unknown {
  if (value instanceof Uint8Array) return encodeText(value)
  if (Array.isArray(value)) return value.map(wireNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      isMapOfUser(name.charAt(0).toLowerCase() + name.slice(1), inner) ? inner : wireNames(inner),
    ]),
  )
}
