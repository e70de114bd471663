/** A record as it stands in the log. */
export interface ShippedRecord {
  readonly seq: number
  /** its line, without the line break */
  readonly line: string
}

/** Records in the order of the log, without a gap. */
export interface Batch {
  /** name of the log; with it the numbers of records are unique */
  readonly origin: string
  readonly records: readonly ShippedRecord[]
}

/** Who is sent a copy of the audit log. */
export interface Receiver {
  readonly name: 'https' | 'syslog'
  /** of a batch */
  readonly mostRecords: number
  /**
   * Resolves when the receiver has all of the batch, as far as it says so.
   *
   * @throws NotDelivered when it may have less: the same is sent again then
   */
  deliver(batch: Batch, signal: AbortSignal): Promise<void>
}

/** Says what an operator may read; holds nothing of what was sent. */
export class NotDelivered extends Error {
  /** fewer at once may go through */
  readonly isTooLong: boolean

  constructor(problem: string, isTooLong = false) {
    super(problem)
    this.name = 'NotDelivered'
    this.isTooLong = isTooLong
  }
}

export const notDelivered = (error: unknown): NotDelivered => {
  if (error instanceof NotDelivered) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return new NotDelivered(code === 'ABORT_ERR' || code === '' ? 'it took too long, or broke off' : code)
}
