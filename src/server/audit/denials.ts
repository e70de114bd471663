import { roleOfSession } from '../../api/session-arn.ts'
import type { AuditRecord } from '../../core/audit.ts'

interface Kind {
  readonly first: AuditRecord
  count: number
  since: string
  last: AuditRecord
}

interface Window {
  readonly openedMs: number
  readonly kinds: Map<string, Kind>
}

/** A caller's refusals of one kind are told apart this long, then counted anew. */
const windowMs = 60_000
/** Kinds of a caller that are told apart by key; beyond, by action and code; beyond those, not at all. */
const mostExact = 16
const mostCoarse = 32

/**
 * Counts what a caller without a right repeats: the first refusal of each kind is kept as it is, those after it within a
 * minute as one record. So a minute of one caller is no more than some sixty records.
 */
export class Denials {
  readonly #windows = new Map<string, Window>()

  /**
   * @param nowMs - of a clock that never jumps
   * @returns whether the record was counted, and is not to be kept itself
   */
  take(record: AuditRecord, nowMs: number): boolean {
    const caller = callerOf(record)
    const window = this.#windows.get(caller) ?? { openedMs: nowMs, kinds: new Map<string, Kind>() }
    this.#windows.set(caller, window)
    const name = kindOf(record, window.kinds)
    const kind = window.kinds.get(name)
    if (!kind) {
      window.kinds.set(name, { first: record, count: 0, since: record.time, last: record })
      return false
    }
    if (kind.count === 0) kind.since = record.time
    kind.count++
    kind.last = record
    return true
  }

  /** @returns what is to be kept of windows that have passed, which are then forgotten; of all unless a time is given */
  due(nowMs = Number.POSITIVE_INFINITY): AuditRecord[] {
    const records: AuditRecord[] = []
    for (const [caller, { openedMs, kinds }] of this.#windows) {
      if (nowMs - openedMs < windowMs) continue
      this.#windows.delete(caller)
      for (const [name, kind] of kinds) if (kind.count > 0) records.push(summaryOf(name, kind))
    }
    return records
  }
}

/** A role is one caller, however its sessions are called. */
const callerOf = ({ principal, accessKeyId }: AuditRecord): string => roleOfSession(principal ?? accessKeyId ?? '')

const various = ''

function kindOf({ gateway, action, code, keyId }: AuditRecord, kinds: ReadonlyMap<string, Kind>): string {
  const coarse = [gateway, action, code].join(' ')
  const exact = `${coarse} ${keyId ?? ''}`
  if (kinds.has(exact) || kinds.size < mostExact) return exact
  if (kinds.has(coarse) || kinds.size < mostCoarse) return coarse
  return various
}

function summaryOf(name: string, { first, count, since, last }: Kind): AuditRecord {
  const { gateway, action, code, status, principal, accessKeyId, authentication, source } = last
  const what = name === various ? { gateway, action: 'Various' } : { gateway, action, code, status }
  const keyId = first.keyId === last.keyId ? last.keyId : undefined
  const who = { principal, accessKeyId, authentication, ...(first.source === source ? { source } : {}) }
  return { time: last.time, phase: 'response', ...what, ...who, keyId, count, since }
}
