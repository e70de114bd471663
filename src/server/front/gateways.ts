import type { AuditLog } from '../../core/audit.ts'
import type { Kms } from '../../core/kms.ts'
import type { MetricsHistory } from '../../core/oversight/metrics-history.ts'
import { type InstanceReport, instanceGateway, isInstanceRequest } from '../../gateway/instance/handle.ts'
import type { RequestReport } from '../../gateway/openapi/exchange.ts'
import { openapiGateway } from '../../gateway/openapi/handle.ts'
import { openapiOperations } from '../../gateway/openapi/operations.ts'
import type { SharedLimits } from '../../gateway/shared-limits.ts'
import { fairRates, type Rates, serviceRates, Throttle } from '../../gateway/throttle.ts'
import type { Config } from '../config/schema.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Route } from '../http/route.ts'
import type { Log } from '../log.ts'
import { databaseFile } from '../store/open-configured-store.ts'
import { changesAccess } from './access-changes.ts'
import type { CallMemory } from './memory.ts'

export interface GatewayOptions {
  readonly kms: Kms
  readonly audit: Pick<AuditLog, 'append'>
  readonly config: Config
  readonly metrics: Metrics
  readonly history: MetricsHistory
  readonly log: Log
  /** when a former process may have served its last request */
  readonly servedUntil?: Date | undefined
  /** what the dates of requests are compared with; the clock of the rules unless given */
  readonly wall?: (() => Date) | undefined
  /** what those in other threads remember, too */
  readonly memory: CallMemory
  /** pages of the console call at the ports for all calls */
  readonly takesConsole: boolean
}

/** Both gateways, and what they share. */
export interface Gateways {
  /** What answers API calls, most particular first: the last one takes whatever nobody else wants. */
  readonly routes: readonly Route[]
  /** What answers calls from pages of the console at a port of their own. */
  readonly consoleRoute: Route
  /** those that several servers have together */
  readonly limits: SharedLimits
  /** An operator says that the clock is right, after it was not. */
  trustClock(): void
}

export function openGateways(options: GatewayOptions): Gateways {
  const throttle = throttleOf(options)
  const openapi = openapiOf(options, throttle)
  const instance = instanceOf(options, throttle)
  return {
    routes: [
      // Selected by a header of its protocol, so that the host name of an instance serves both gateways.
      { name: 'instance', matches: isInstanceRequest, handle: (request) => instance.handle(request) },
      {
        name: 'openapi',
        matches: () => true,
        handle: (request) => openapi.handle(request, options.takesConsole ? 'accepted' : 'refused'),
      },
    ],
    consoleRoute: { name: 'console calls', matches: () => true, handle: (request) => openapi.handle(request, 'only') },
    limits: throttle.shared,
    trustClock: () => openapi.trustClock(),
  }
}

const instanceOf = ({ kms, audit, metrics, history, log, wall }: GatewayOptions, throttle: Throttle) =>
  instanceGateway({
    kms,
    audit,
    throttle,
    wall,
    report: (report) => {
      history.count(report, kms.now())
      tellInstance(report, metrics, log)
    },
  })

function tellInstance(report: InstanceReport, metrics: Metrics, log: Log): void {
  const { requestId, action, code, principal, accessKeyId, source, status, latencyMs, cause } = report
  metrics.observe({ gateway: 'instance', action, code, latencyMs })
  const fields = { requestId, gateway: 'instance', action, principal, accessKeyId, source, code, status, latencyMs }
  // 503 is what every call gets while sealed or while the audit log refuses; that is told once, elsewhere
  if (status === 500) log.write('error', 'request failed', { ...fields, error: cause })
  else log.write('debug', 'request', fields)
}

const openapiOf = (
  { kms, audit, config, metrics, history, log, servedUntil, wall, memory }: GatewayOptions,
  throttle: Throttle,
) =>
  openapiGateway({
    kms,
    audit,
    operations: openapiOperations,
    authentication: {
      requireAcs3: config.requireAcs3,
      requireNonce: config.requireNonce,
      servedUntil,
      wall,
      isShared: databaseFile(config) === undefined,
    },
    throttle,
    memory: memory.openapi,
    report: (report) => {
      history.count(report, kms.now())
      tell(report, metrics, log)
    },
  })

function throttleOf({ config, memory }: GatewayOptions): Throttle {
  const { throttle, principalCallsPerSecond: rate, maxConcurrentRequests } = config
  const same: Rates = Object.fromEntries(Object.keys(fairRates).map((name) => [name, rate]))
  const fair = throttle === 'off' ? {} : { perPrincipal: fairRates }
  return new Throttle({
    ...(throttle === 'service' ? { perAccount: serviceRates } : {}),
    ...(rate === 0 ? fair : { perPrincipal: same, burstSeconds: 1, limitsAccount: true }),
    ...(throttle === 'off' ? {} : { atOncePerPrincipal: Math.ceil(maxConcurrentRequests / 4) }),
    memory: memory.throttle,
  })
}

function tell(report: RequestReport, metrics: Metrics, log: Log): void {
  const {
    requestId,
    product,
    action,
    code,
    scheme,
    principal,
    accessKeyId,
    source,
    status,
    latencyMs,
    cause,
    resource,
  } = report
  metrics.observe({ gateway: 'openapi', action, code, scheme, latencyMs })
  const fields = { requestId, gateway: 'openapi', action, principal, accessKeyId, source, code, status, latencyMs }
  // 503 is what every call gets while sealed or while the audit log refuses; that is told once, elsewhere
  if (status === 500) log.write('error', 'request failed', { ...fields, error: cause })
  else if (code === 'Success' && changesAccess(product, action))
    log.write('info', 'who may do what was changed', { ...fields, resource })
  else log.write('debug', 'request', fields)
}
