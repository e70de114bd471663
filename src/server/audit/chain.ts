import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { checkLine, genesisHash, type Line } from './line.ts'

/** Where the next record goes and what it links to. */
export interface ChainEnd {
  /** of the next record; the first is 1 */
  readonly seq: number
  readonly hash: string
}

export const chainStart: ChainEnd = { seq: 1, hash: genesisHash }

/** A line of a segment, with the place to name when it is wrong. */
export interface PlacedLine {
  readonly text: string
  readonly file: string
  /** counted from 1, from where reading began */
  readonly line: number
  /** bytes from the start of the segment */
  readonly offset: number
  /** false for bytes at the end without a line break: a write that was cut short */
  readonly complete: boolean
}

export interface Fault {
  readonly file: string
  readonly line: number
  readonly seq: number | undefined
  readonly problem: string
}

/** Reads the lines of a segment one after the other, from a byte offset on. */
export function* readLines(folder: string, file: string, from = 0): Generator<PlacedLine> {
  const descriptor = openSync(join(folder, file), 'r')
  try {
    const chunk = Buffer.allocUnsafe(1 << 20)
    let rest: Buffer = Buffer.alloc(0)
    let offset = from
    let line = 0
    for (let position = from; ; ) {
      const length = readSync(descriptor, chunk, 0, chunk.length, position)
      position += length
      const bytes = Buffer.concat([rest, chunk.subarray(0, length)])
      let start = 0
      for (let end = bytes.indexOf(10, start); end >= 0; end = bytes.indexOf(10, start)) {
        yield { text: bytes.toString('utf8', start, end), file, line: ++line, offset, complete: true }
        offset += end + 1 - start
        start = end + 1
      }
      rest = bytes.subarray(start)
      if (length > 0) continue
      if (rest.length > 0) yield { text: rest.toString('utf8'), file, line: ++line, offset, complete: false }
      return
    }
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Checks that a line continues the chain.
 *
 * @returns the new end, and the fault if the line does not fit; then the end is what the line itself claims, so that
 * one fault is told once
 */
export function follow(end: ChainEnd, { text, file, line }: PlacedLine): Followed {
  const found = checkLine(text)
  if ('problem' in found) {
    const claimed = claims(text)
    return { end: claimed ?? { ...end, seq: end.seq + 1 }, fault: { file, line, seq: end.seq, problem: found.problem } }
  }
  const next = { seq: found.seq + 1, hash: found.hash }
  const fault = (problem: string) => ({ end: next, fault: { file, line, seq: found.seq, problem } })
  if (found.seq < end.seq) return fault(`is out of order: ${end.seq} was expected`)
  if (found.seq > end.seq) return fault(`comes after a gap: ${missingRecords(end.seq, found.seq - 1)} missing`)
  if (found.prevHash !== end.hash) return fault('does not continue the record before it')
  return { end: next, line: found }
}

interface Followed {
  readonly end: ChainEnd
  /** what was found, when it fits */
  readonly line?: Line
  readonly fault?: Fault
}

/** @param to - the last one that is missing */
export const missingRecords = (from: number, to: number): string =>
  to === from ? `record ${from} is` : `records ${from} to ${to} are`

/** What a line with a wrong hash says of itself, so that the lines after it can still be judged. */
function claims(text: string): ChainEnd | undefined {
  const match = /^\{"seq":(\d{1,15}),.*"hash":"([A-Za-z0-9+/]{43}=)"\}$/.exec(text)
  return match ? { seq: Number(match[1]) + 1, hash: match[2] ?? '' } : undefined
}
