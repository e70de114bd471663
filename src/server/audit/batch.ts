import type { AuditRecord } from '../../core/audit.ts'
import type { ChainEnd } from './chain.ts'
import { type ChainSeal, noMac } from './chain-seal.ts'
import { encodeLine } from './line.ts'

/** What one write adds to a log. */
export interface Batch {
  readonly bytes: Uint8Array
  readonly end: ChainEnd
  readonly hashes: readonly string[]
  /** where the last line begins in `bytes` */
  readonly lastLine: number
}

/**
 * Records as the lines of one write. The last of them holds a MAC, which is over all before it too: so a write counts as
 * a whole or, cut short, not at all.
 */
export function encodeBatch(
  records: readonly AuditRecord[],
  after: ChainEnd,
  node: string,
  seal: ChainSeal | undefined,
): Batch {
  const mac = (head: string): string => seal?.mac(head) ?? noMac
  const hashes: string[] = []
  let end = after
  let text = ''
  let lastLine = 0
  for (const [index, record] of records.entries()) {
    const isLast = index === records.length - 1
    const line = encodeLine(end.seq, end.hash, node, record, isLast ? mac : undefined)
    if (isLast) lastLine = Buffer.byteLength(text)
    text += `${line.text}\n`
    hashes.push(line.hash)
    end = { seq: end.seq + 1, hash: line.hash }
  }
  return { bytes: Buffer.from(text), end, hashes, lastLine }
}
