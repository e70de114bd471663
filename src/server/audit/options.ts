import type { AuditDamaged } from './damage.ts'
import type { AuditFolder } from './folder.ts'
import type { Retention } from './hand-over.ts'
import type { SpaceState } from './space.ts'

export interface AuditOptions {
  readonly folder: AuditFolder
  /** name of this node in every record */
  readonly node: string
  /** a segment that has grown this long is closed and the next one begun */
  readonly segmentBytes: number
  /** a checkpoint is signed after this many records, or this much time when there are fewer */
  readonly checkpointRecords: number
  readonly checkpointSeconds: number
  /** second place for checkpoints: best on another machine's disk */
  readonly checkpointFile?: string | undefined
  /** a write that takes longer has failed */
  readonly writeTimeoutMs: number
  readonly retryMs: number
  /** with less free space than this a start and all calls are refused */
  readonly reserveBytes: number
  /** unless given, everything is kept here */
  readonly retention?: Retention | undefined
  now(): Date
  readonly report: AuditReport
}

/** Told once per change, not per refused record. */
export interface AuditReport {
  failed(error: unknown): void
  recovered(): void
  /** somebody else has been at the log; there is no way back but an operator's */
  damaged(error: AuditDamaged): void
  space(state: SpaceState, freeBytes: number): void
  checkpointFailed(error: unknown): void
  secondPlaceUnreadable(error: unknown): void
  handOverFailed(error: unknown): void
  handedOver(segment: string, to: string): void
}
