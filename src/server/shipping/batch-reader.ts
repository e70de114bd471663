import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { segmentsAmong } from '../audit/folder.ts'
import { checkLine } from '../audit/line.ts'
import { NotDelivered, type ShippedRecord } from './receiver.ts'

/** Up to where a receiver has the log: the next record begins here, in this segment or the one after it. */
export interface Position {
  readonly segment: string
  readonly offset: number
  /** of the last record that it has */
  readonly seq: number
}

/** @returns nothing for what is no position */
export function positionIn(value: { readonly [Name in keyof Position]?: unknown }): Position | undefined {
  const { segment, offset, seq } = value
  const isPosition = typeof segment === 'string' && Number.isSafeInteger(offset) && Number.isSafeInteger(seq)
  return isPosition ? { segment, offset: Number(offset), seq: Number(seq) } : undefined
}

interface Limits {
  /** of the last record that may be read: those after it are not acknowledged yet */
  readonly upTo: number
  readonly mostRecords: number
}

/** Longer than the longest record: so a part of this length always holds one. */
const leastBytes = 512 * 1024
const usualRecordBytes = 640

/**
 * Reads the records after a position, as many as there are in one part of a file.
 *
 * @param from - `undefined`: from the first that is here
 * @returns nothing when there are no more
 * @throws NotDelivered when records are missing: what comes after them does not count as received before they have been
 */
export async function readBatch(
  folder: string,
  from: Position | undefined,
  limits: Limits,
): Promise<{ readonly records: readonly ShippedRecord[]; readonly next: Position } | undefined> {
  if ((from?.seq ?? 0) >= limits.upTo) return undefined
  for (const segment of segmentsAmong(await readdir(folder))) {
    if (from !== undefined && segment < from.segment) continue
    const offset = segment === from?.segment ? from.offset : 0
    const { records, bytes } = linesOf(await readPart(join(folder, segment), offset, limits), from?.seq, limits)
    const last = records.at(-1)
    if (last) return { records, next: { segment, offset: offset + bytes, seq: last.seq } }
  }
  // what may be read is on the disk before
  throw missing((from?.seq ?? 0) + 1)
}

const missing = (seq: number): NotDelivered => new NotDelivered(`record ${seq} is missing in the log`)

async function readPart(path: string, offset: number, { mostRecords }: Limits): Promise<Buffer> {
  const partBytes = Math.max(leastBytes, mostRecords * usualRecordBytes)
  await using file = await open(path, 'r')
  const { buffer, bytesRead } = await file.read(Buffer.alloc(partBytes), 0, partBytes, offset)
  return buffer.subarray(0, bytesRead)
}

function linesOf(
  part: Buffer,
  after: number | undefined,
  { upTo, mostRecords }: Limits,
): { records: ShippedRecord[]; bytes: number } {
  const records: ShippedRecord[] = []
  let start = 0
  for (let end = part.indexOf(10); end >= 0 && records.length < mostRecords; end = part.indexOf(10, start)) {
    const line = part.toString('utf8', start, end)
    const found = checkLine(line)
    const last = records.at(-1)?.seq ?? after
    // what is no record is for verification to tell of; a copy of it goes out with the ones around it
    const seq = 'seq' in found ? found.seq : (last ?? 0) + 1
    if (seq > upTo) break
    // before the first that is here, others were handed over
    if (last !== undefined && seq !== last + 1) {
      if (records.length > 0) break
      throw missing(last + 1)
    }
    records.push({ seq, line })
    start = end + 1
  }
  return { records, bytes: start }
}
