import { hash } from 'node:crypto'
import type { AuditRecord } from '../../core/audit.ts'

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
  /** what the MAC is over: the line up to it */
  readonly head: string
  /** of the last line of a write; the lines of a log of format 1 have none */
  readonly mac: string | undefined
}

/**
 * Writes a record as one line of JSON without the line break. The canonical form is the line without its `hash`
 * member; members stand in a fixed order, so the same record is always the same bytes.
 *
 * @param mac - makes the MAC of a line that ends a write
 */
export function encodeLine(
  seq: number,
  prevHash: string,
  node: string,
  record: AuditRecord,
  mac?: (head: string) => string,
): { text: string; hash: string } {
  const head = `{"seq":${seq},"prevHash":"${prevHash}","record":${JSON.stringify(allowed(node, record))}`
  const body = mac === undefined ? head : `${head},"mac":"${mac(head)}"`
  const digest = leafHash(`${body}}`)
  return { text: `${body},"hash":"${digest}"}`, hash: digest }
}

/** @returns the line's claims when its own hash is right, else what is wrong with it */
export function checkLine(text: string): Line | { readonly problem: string } {
  const start = /^\{"seq":(\d{1,15}),"prevHash":"([A-Za-z0-9+/]{43}=)","record":\{/.exec(text)
  const claimed = /^,"hash":"([A-Za-z0-9+/]{43}=)"\}$/.exec(text.slice(-hashTailLength))?.[1]
  if (!start || claimed === undefined) return { problem: 'is not an audit record' }
  const body = text.slice(0, -hashTailLength)
  if (leafHash(`${body}}`) !== claimed) return { problem: 'was changed: its hash does not fit' }
  // a record is an object and ends in a brace: what looks like a MAC after it is none of its texts
  const [member = '', mac] = /,"mac":"([A-Za-z0-9+/]{22}==|none)"$/.exec(body.slice(-maxMacLength)) ?? []
  const head = member === '' ? body : body.slice(0, -member.length)
  return { seq: Number(start[1]), prevHash: start[2] ?? '', hash: claimed, head, mac }
}

/** `,"mac":"<24 characters>"` */
const maxMacLength = 33

const leafHash = (canonical: string): string => hash('sha256', `\0${canonical}`, 'base64')

/** Copies what may be kept, by name (SEC-45). */
const allowed = (node: string, record: AuditRecord) =>
  ({
    time: cut(record.time),
    node,
    phase: record.phase,
    gateway: record.gateway,
    action: cut(record.action),
    requestId: cut(record.requestId),
    principal: cut(record.principal),
    accessKeyId: cut(record.accessKeyId),
    authentication: cut(record.authentication),
    issuer: cut(record.issuer),
    subject: cut(record.subject),
    source: cut(record.source),
    certificate: cut(record.certificate),
    keyId: cut(record.keyId),
    keyVersionId: cut(record.keyVersionId),
    resource: cut(record.resource),
    code: cut(record.code),
    status: record.status,
    latencyMs: record.latencyMs,
    count: record.count,
    since: cut(record.since),
    via: record.via,
  }) satisfies Record<keyof AuditRecord | 'node', string | number | undefined>

/** An over-long value, which only a caller can have caused, is cut. */
const cut = (text: string | undefined): string | undefined =>
  text === undefined || text.length <= maxFieldLength ? text : text.slice(0, maxFieldLength)

/** What a record begins with, as `allowed` writes it. */
const opening =
  /^\{"seq":\d{1,15},"prevHash":"[^"]{44}","record":\{"time":"([^"]*)","node":"[^"]*","phase":"([a-z]+)","gateway":"[a-z]+","action":"([^"]*)"/

/** The first members of a record, without parsing all of it. */
export function openingOf(text: string): Pick<AuditRecord, 'time' | 'action'> & { readonly isEvent: boolean } {
  const [, time = '', phase, action = ''] = opening.exec(text) ?? []
  return { time, action, isEvent: phase === 'event' }
}

/** The record of a line that was found to be one. */
export function recordOf(text: string): Partial<AuditRecord> | undefined {
  try {
    const line: { readonly record?: Partial<AuditRecord> } = JSON.parse(text)
    return line.record
  } catch {
    return undefined
  }
}
