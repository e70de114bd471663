import type { Kms } from '../core/kms.ts'
import type { MetricsHistory } from '../core/oversight/metrics-history.ts'
import type { Deployment } from '../core/sealing/deployment.ts'
import type { Keyring } from '../core/sealing/keyring.ts'
import type { RootKeyFollower } from '../core/sealing/root-key-follower.ts'
import type { Seal } from '../core/sealing/seal.ts'
import type { Store } from '../core/store.ts'
import type { Anchors } from './audit/anchor.ts'
import type { FileAuditLog } from './audit/log.ts'
import type { Front } from './front/front.ts'
import type { Metrics } from './http/metrics.ts'
import type { Listeners } from './listening/listeners.ts'
import type { NodeName } from './nodes/node-name.ts'
import type { EventWatch } from './oversight/event-watch.ts'
import type { ClockGuard } from './recurring/clock-guard.ts'
import type { Shipping } from './shipping/shipping.ts'
import type { Tracing } from './tracing/tracing.ts'
import type { Workers } from './workers/workers.ts'

/** What a service is made of. */
export interface Parts {
  readonly deployment: Deployment
  readonly store: Store
  readonly kms: Kms
  readonly keyring: Keyring
  forget(): void
  readonly follower: RootKeyFollower
  readonly audit: FileAuditLog
  readonly anchors: Anchors
  readonly shipping: Shipping
  readonly tracing: Tracing | undefined
  readonly listeners: Listeners
  readonly front: Front
  readonly workers: Workers | undefined
  readonly clock: ClockGuard
  readonly metrics: Metrics
  readonly history: MetricsHistory
  readonly events: EventWatch
  readonly nodeName: NodeName
  /** that the store is away, as all threads know it */
  readonly outages: SharedArrayBuffer
  /** what it can be opened with without an operator */
  readonly seal: Seal | undefined
}
