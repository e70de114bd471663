import type { FileHandle } from 'node:fs/promises'
import { openingOf } from '../audit/line.ts'

const chunkBytes = 256 * 1024
/** Far above the longest record; what goes on for longer is none. */
const longestLine = 1024 * 1024

export interface BackwardLine {
  readonly text: string
  /** where the line begins, in bytes */
  readonly offset: number
}

/** Reads whole lines from `end` back to the start of a file; what `end` cuts through is left out. */
export async function* linesBackward(file: FileHandle, end: number): AsyncGenerator<BackwardLine> {
  // what follows the last line break that was seen, of which the beginning is still to come
  let rest: Buffer | undefined
  for (let position = end; position > 0; ) {
    const length = Math.min(chunkBytes, position)
    position -= length
    const chunk = Buffer.alloc(length)
    await file.read(chunk, 0, length, position)
    let stop = chunk.length
    for (let at = chunk.lastIndexOf(10); at >= 0; at = at === 0 ? -1 : chunk.lastIndexOf(10, at - 1)) {
      if (rest !== undefined) {
        const line = Buffer.concat([chunk.subarray(at + 1, stop), rest])
        yield { text: line.toString('utf8'), offset: position + at + 1 }
      }
      rest = Buffer.alloc(0)
      stop = at
    }
    const longer = rest && Buffer.concat([chunk.subarray(0, stop), rest])
    rest = longer && longer.length > longestLine ? undefined : longer
  }
  if (rest !== undefined && rest.length > 0) yield { text: rest.toString('utf8'), offset: 0 }
}

/** Where reading backward finds every record up to a time, and few after it: times grow with the place in the file. */
export async function positionAt(file: FileHandle, end: number, until: Date): Promise<number> {
  let [low, high] = [0, end]
  while (high - low > chunkBytes) {
    const middle = low + Math.floor((high - low) / 2)
    const time = await timeAfter(file, middle)
    if (time !== undefined && time <= until.toISOString()) low = middle
    else high = middle
  }
  return Math.min(end, high + chunkBytes)
}

/** The time of the first record that begins after a place. */
async function timeAfter(file: FileHandle, position: number): Promise<string | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, position)
  const text = buffer.toString('utf8', 0, bytesRead)
  const start = text.indexOf('\n') + 1
  return openingOf(text.slice(start)).time || undefined
}
