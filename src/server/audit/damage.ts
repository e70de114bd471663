import type { Fault } from './chain.ts'

/**
 * The log is not what was written, or not what the store says of it: the server must not go on as if it were.
 *
 * `log`: records are missing or are others; `store`: the log is whole, and the store is older than it; `row`: what the
 * store says was edited.
 */
export class AuditDamaged extends Error {
  readonly part: 'log' | 'store' | 'row'

  constructor(problem: string, part: AuditDamaged['part'] = 'log') {
    super(problem)
    this.name = 'AuditDamaged'
    this.part = part
  }
}

/** @returns what an operator reads: the problem and the way out */
export const withWayOut = ({ message, part }: AuditDamaged): AuditDamaged =>
  new AuditDamaged(
    `${message}. Nothing is served until that is mended, or "keyhaven audit accept-loss --reason <text>" says that it is known`,
    part,
  )

export const describeFault = ({ file, line, seq, problem }: Fault): string =>
  `${file} line ${line}${seq === undefined ? '' : ` (record ${seq})`} ${problem}`
