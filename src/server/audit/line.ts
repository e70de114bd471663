import { hash } from 'node:crypto'
import { type AuditRecord, auditFields } from '../../core/audit.ts'

/** What stands before the first record instead of a hash. */
export const genesisHash = Buffer.alloc(32).toString('base64')

/** The line's end: `,"hash":"<44 characters>"}` */
const hashTailLength = 55
const maxFieldLength = 1024

export interface Line {
  readonly seq: number
  readonly prevHash: string
  /** SHA-256(0x00 ‖ canonical), base64: at once the chain's link and the RFC 6962 leaf hash */
  readonly hash: string
}

/**
 * Writes a record as one line of JSON without the line break. The canonical form is the line without its `hash`
 * member; members stand in a fixed order, so the same record is always the same bytes.
 */
export function encodeLine(
  seq: number,
  prevHash: string,
  node: string,
  record: AuditRecord,
): { text: string; hash: string } {
  const head = `{"seq":${seq},"prevHash":"${prevHash}","record":${JSON.stringify(allowed(node, record))}`
  const digest = leafHash(`${head}}`)
  return { text: `${head},"hash":"${digest}"}`, hash: digest }
}

/** @returns the line's claims when its own hash is right, else what is wrong with it */
export function checkLine(text: string): Line | { readonly problem: string } {
  const start = /^\{"seq":(\d{1,15}),"prevHash":"([A-Za-z0-9+/]{43}=)","record":\{/.exec(text)
  const end = text.slice(-hashTailLength)
  const claimed = /^,"hash":"([A-Za-z0-9+/]{43}=)"\}$/.exec(end)?.[1]
  if (!start || claimed === undefined) return { problem: 'is not an audit record' }
  if (leafHash(`${text.slice(0, -hashTailLength)}}`) !== claimed)
    return { problem: 'was changed: its hash does not fit' }
  return { seq: Number(start[1]), prevHash: start[2] ?? '', hash: claimed }
}

const leafHash = (canonical: string): string => hash('sha256', `\0${canonical}`, 'base64')

/** Copies what may be kept, by name (SEC-45); an over-long value, which only a caller can have caused, is cut. */
function allowed(node: string, record: AuditRecord): Record<string, string | number> {
  const kept: Record<string, string | number> = { time: record.time, node }
  for (const field of auditFields) {
    const value: unknown = record[field]
    if (typeof value === 'number') kept[field] = value
    if (typeof value === 'string') kept[field] = value.slice(0, maxFieldLength)
  }
  return kept
}
