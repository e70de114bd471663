import type { AuditRecord } from '../../core/audit.ts'

/** How often checkpoints are signed: after so many records, or so much time when there are fewer. */
export interface CheckpointInterval {
  readonly records: number
  readonly seconds: number
}

/** A server writes its interval into the log when it opens it. */
export const intervalText = ({ records, seconds }: CheckpointInterval): string =>
  `checkpoints every ${records} records or ${seconds} s`

/** @returns `undefined` when a former version has opened it, which said nothing */
export function intervalOf({ resource }: Partial<AuditRecord>): CheckpointInterval | undefined {
  const [, records, seconds] = /^checkpoints every (\d+) records or ([\d.]+) s$/.exec(resource ?? '') ?? []
  return records === undefined ? undefined : { records: Number(records), seconds: Number(seconds) }
}

export const usualInterval: CheckpointInterval = { records: 1000, seconds: 60 }

/** One interval, one more while its checkpoint is being kept, and what a write may hold under load. */
const allowed = ({ records, seconds }: CheckpointInterval) => ({ records: 2 * records + 4096, seconds: 2 * seconds })

/**
 * Counts what no checkpoint covers yet. In a log that nobody cut checkpoints off from, that is not much.
 * Events are left out: a server that is sealed goes on recording those, and cannot sign.
 */
export class Uncovered {
  #records = 0
  #from: string | undefined
  #to: string | undefined

  /** @param time - of a record that a request caused */
  take(time: string): void {
    this.#records++
    this.#from ??= time
    this.#to = time
  }

  /** A checkpoint covers all that was taken. */
  clear(): void {
    this.#records = 0
    this.#from = undefined
  }

  /** @returns what is wrong when there is more than the interval explains */
  problem(interval: CheckpointInterval): string | undefined {
    if (this.#from === undefined || this.#to === undefined) return undefined
    const seconds = Math.round((Date.parse(this.#to) - Date.parse(this.#from)) / 1000)
    const most = allowed(interval)
    if (this.#records <= most.records && seconds <= most.seconds) return undefined
    const span = Number.isNaN(seconds) ? 'unreadable times' : `${seconds} s`
    return `has ${this.#records} requests of ${span} after its last checkpoint, more than ${intervalText(interval)} explains`
  }
}
