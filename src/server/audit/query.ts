import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readLines } from './chain.ts'
import { segmentsAmong } from './folder.ts'

/** A record as it stands in a log file, with its number. */
export interface KeptRecord {
  readonly seq: number
  readonly time: string
  readonly node: string
  readonly phase: string
  readonly action: string
  readonly [field: string]: string | number | undefined
}

/** What to look for; everything that is given must fit. */
export interface AuditQuery {
  readonly action?: string | undefined
  readonly key?: string | undefined
  /** part of the caller's ARN, or an AccessKey id */
  readonly principal?: string | undefined
  readonly code?: string | undefined
  readonly requestId?: string | undefined
  /** first and last moment, ISO 8601 */
  readonly since?: Date | undefined
  readonly until?: Date | undefined
}

/** Reads the records of a folder that fit, oldest first. Does not verify them: that is `verifyAudit`'s part. */
export function* queryAudit(folder: string, query: AuditQuery): Generator<KeptRecord> {
  for (const segment of segmentsAmong(readdirSync(folder))) {
    const found = statSync(join(folder, segment), { throwIfNoEntry: false })
    // handed over since it was listed; and nothing in a file is younger than its last change
    if (!found || (query.since && found.mtime < query.since)) continue
    for (const { text } of readLines(folder, segment)) {
      const record = keptRecord(text)
      if (record && fits(record, query)) yield record
    }
  }
}

/** Reads new records as they are written. Each call gives those since the last one. */
export class AuditTail {
  readonly #folder: string
  #segment: string | undefined
  #offset = 0

  /** @param count - how many of the last records the first call gives */
  constructor(folder: string, count: number) {
    this.#folder = folder
    const segments = segmentsAmong(readdirSync(folder))
    this.#segment = segments[0]
    const lines = segments.slice(-2).flatMap((segment) => [...readLines(folder, segment)])
    const first = lines.filter(({ complete }) => complete).slice(-count)[0]
    if (count > 0 && first) [this.#segment, this.#offset] = [first.file, first.offset]
    else if (segments.length > 0) {
      this.#segment = segments.at(-1)
      this.#offset = statSync(join(folder, this.#segment ?? '')).size
    }
  }

  *next(): Generator<KeptRecord> {
    for (const segment of segmentsAmong(readdirSync(this.#folder))) {
      if (this.#segment !== undefined && segment < this.#segment) continue
      if (segment !== this.#segment) this.#offset = 0
      this.#segment = segment
      for (const { text, offset, complete } of readLines(this.#folder, segment, this.#offset)) {
        if (!complete) break
        this.#offset = offset + Buffer.byteLength(text) + 1
        const record = keptRecord(text)
        if (record) yield record
      }
    }
  }
}

/** The record of a line; `undefined` for a line that holds none. */
export function keptRecord(text: string): KeptRecord | undefined {
  try {
    const { seq, record } = JSON.parse(text)
    return { seq, ...record }
  } catch {
    // the line being written, or a damaged one
    return undefined
  }
}

function fits(record: KeptRecord, { action, key, principal, code, requestId, since, until }: AuditQuery): boolean {
  const time = new Date(record.time)
  return (
    (action === undefined || record.action === action) &&
    (key === undefined || record.keyId === key) &&
    (principal === undefined || record.accessKeyId === principal || String(record.principal).includes(principal)) &&
    (code === undefined || record.code === code) &&
    (requestId === undefined || record.requestId === requestId) &&
    (since === undefined || time >= since) &&
    (until === undefined || time <= until)
  )
}

/** Control characters and those that hide or reorder text: a name may be whatever a caller sent. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
const escaped = (character: string): string => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`

/** One record on one line, for reading. */
export function recordLine(record: KeptRecord): string {
  const { time, phase, action, code, count, since, principal, keyId, resource, source, requestId } = record
  const repeated = count === undefined ? undefined : `(${count} times more since ${since})`
  const parts = [time, phase.padEnd(8), action, code, repeated, principal, keyId, resource, source, requestId]
  return parts
    .filter((part) => part !== undefined && part !== '')
    .join(' ')
    .replaceAll(unprintable, escaped)
}
