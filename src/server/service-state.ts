import type { Deployment } from '../core/sealing/deployment.ts'
import type { FileAuditLog } from './audit/log.ts'
import type { ServerValues } from './http/server-metrics.ts'
import type { SealWatch } from './root-key/seal-watch.ts'
import type { Parts } from './service-parts.ts'
import type { Shipping } from './shipping/shipping.ts'
import { storeState } from './store/store-watch.ts'

/** What metrics tell of the server as a whole. */
export function serverValues(
  { keyring, audit, shipping, clock, events, front, listeners, outages }: Parts,
  sealWatch: Pick<SealWatch, 'isOutdated'>,
): ServerValues {
  return {
    sealed: () => keyring.isSealed,
    auditHealthy: () => audit.healthy,
    auditSpaceLow: () => audit.space !== 'ample',
    auditFreeBytes: () => audit.freeBytes,
    auditRecords: () => audit.size,
    lastCheckpoint: () => audit.lastCheckpoint,
    handedOver: () => audit.handOver?.last?.last ?? 0,
    receivers: () => shipping.receivers,
    handOverFailures: () => audit.handOver?.failures ?? 0,
    sealOutdated: () => sealWatch.isOutdated,
    clockTrusted: () => clock.isTrusted,
    store: () => storeState(outages),
    pending: () => events.pending,
    activeRequests: () => front.active,
    certificateEnd: () => listeners.certificateEnd,
    authorityEnd: () => listeners.authorityEnd,
    revocationListsEnd: () => listeners.revocationListsEnd,
  }
}

/** What `keyhaven status` shows, line by line. */
export type ServiceStatus = Readonly<Record<string, string | number | boolean>>

/** What a status tells that no part knows. */
export interface OwnState {
  readonly deployment: Deployment
  readonly unsealProblem: string | undefined
  readonly isSealOutdated: boolean
  readonly isRootKeyChanging: boolean
  readonly uptimeSeconds: number
}

export function statusOf({ keyring, audit, shipping, clock, listeners }: Parts, own: OwnState): ServiceStatus {
  const { mode, accountId, deploymentId, seal, rootKeyVersion } = own.deployment
  return {
    state: keyring.isSealed ? 'sealed' : 'unsealed',
    ...(own.unsealProblem === undefined ? {} : { unsealProblem: own.unsealProblem }),
    mode,
    seal,
    rootKeyVersion,
    ...(own.isSealOutdated ? { sealOutdated: true } : {}),
    ...(own.isRootKeyChanging ? { rootKeyIsChanging: true } : {}),
    endpoint: listeners.endpoint,
    accountId,
    deploymentId,
    auditHealthy: audit.healthy,
    ...(audit.problem === undefined ? {} : { auditProblem: audit.problem }),
    auditRecords: audit.size,
    ...handOverStatus(audit),
    ...shippingStatus(shipping),
    clockTrusted: clock.isTrusted,
    uptimeSeconds: own.uptimeSeconds,
  }
}

const handOverStatus = ({ handOver }: FileAuditLog) =>
  handOver && {
    auditHandedOverRecords: handOver.last?.last ?? 0,
    ...(handOver.isFailing ? { auditHandOverProblem: true } : {}),
  }

/** How many records each receiver lacks. */
const shippingStatus = ({ receivers }: Shipping) =>
  receivers.length === 0
    ? {}
    : { auditShippingLag: receivers.map(({ receiver, lagRecords }) => `${receiver.name} ${lagRecords}`).join(', ') }
