import type { AuditLog, AuditRecord } from '../../core/audit.ts'
import type { Kms } from '../../core/kms.ts'
import { type DueWork, type PieceOfWork, runDueWork } from '../../core/schedule/schedule.ts'
import type { Log } from '../log.ts'
import type { ClockGuard } from './clock-guard.ts'

export interface DueWorkOptions {
  readonly kms: Kms
  readonly audit: AuditLog
  readonly clock: ClockGuard
  readonly log: Log
}

/**
 * Rotates, expires and deletes what is due, once. Nothing is destroyed while the clock is in doubt, and nothing at all
 * is done while sealed or while the audit log cannot keep a record of it.
 */
export async function doDueWork({ kms, audit, clock, log }: DueWorkOptions): Promise<DueWork | undefined> {
  const jump = clock.look()
  if (jump) log.write('warn', clockMessage(jump.isTrusted), { jumpMs: jump.byMs })
  if (kms.sealing.isSealed || !audit.healthy) return undefined
  const record = (work: PieceOfWork) => audit.append(eventOf(kms, work))
  const done = await runDueWork(kms, { destroy: clock.isTrusted, record })
  for (const { resource, cause } of done.failed) {
    log.write('error', 'due work failed', { path: resource, error: cause })
  }
  return done
}

const clockMessage = (isTrusted: boolean): string =>
  isTrusted ? 'the clock was set' : 'the clock jumped: nothing is deleted until "keyhaven trust-clock" confirms it'

const eventOf = (kms: Kms, work: PieceOfWork): AuditRecord => ({
  time: kms.now().toISOString(),
  phase: 'event',
  gateway: 'internal',
  ...work,
  code: 'Success',
})
