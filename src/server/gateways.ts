import type { AuditLog } from '../core/audit.ts'
import { KmsError } from '../core/errors.ts'
import type { Kms } from '../core/kms.ts'
import { type InstanceReport, instanceGateway, isInstanceRequest } from '../gateway/instance/handle.ts'
import type { RequestReport } from '../gateway/openapi/exchange.ts'
import { openapiGateway } from '../gateway/openapi/handle.ts'
import { openapiOperations } from '../gateway/openapi/operations.ts'
import { serviceRates, Throttle, type ThrottleSettings } from '../gateway/openapi/throttle.ts'
import type { Config } from './config/schema.ts'
import type { Metrics } from './http/metrics.ts'
import type { Route } from './http/route.ts'
import type { Log } from './log.ts'

export interface GatewayOptions {
  readonly kms: Kms
  readonly audit: AuditLog
  readonly config: Config
  readonly metrics: Metrics
  readonly log: Log
  /** when a former process may have served its last request */
  readonly servedUntil?: Date | undefined
}

/** What answers API calls, most particular first: the last one takes whatever nobody else wants. */
export function gatewayRoutes(options: GatewayOptions): Route[] {
  return [instanceRoute(options), openapiRoute(options)]
}

/** Selected by a header of its protocol, so that the host name of an instance serves both gateways. */
function instanceRoute({ kms, audit, config, metrics, log }: GatewayOptions): Route {
  const throttle = new Throttle(throttleOf(config))
  const gateway = instanceGateway({
    kms,
    audit,
    throttle({ accountId, accessKeyId }, { quota }) {
      const retryAfterMs = throttle.admit(quota, accountId, accessKeyId, kms.now().getTime())
      if (retryAfterMs > 0) throw new KmsError('Rejected.Throttling', { retryAfterMs })
    },
    report: (report) => tellInstance(report, metrics, log),
  })
  return { name: 'instance', matches: isInstanceRequest, handle: (request) => gateway.handle(request) }
}

function tellInstance(report: InstanceReport, metrics: Metrics, log: Log): void {
  const { requestId, action, code, principal, accessKeyId, source, status, latencyMs, cause } = report
  metrics.observe({ gateway: 'instance', action, code, latencyMs })
  const fields = { requestId, gateway: 'instance', action, principal, accessKeyId, source, code, status, latencyMs }
  // 503 is what every call gets while sealed or while the audit log refuses; that is told once, elsewhere
  if (status === 500) log.write('error', 'request failed', { ...fields, error: cause })
  else log.write('debug', 'request', fields)
}

function openapiRoute({ kms, audit, config, metrics, log, servedUntil }: GatewayOptions): Route {
  const gateway = openapiGateway({
    kms,
    audit,
    operations: openapiOperations,
    authentication: { requireAcs3: config.requireAcs3, requireNonce: config.requireNonce, servedUntil },
    throttle: throttleOf(config),
    report: (report) => tell(report, metrics, log),
  })
  return { name: 'openapi', matches: () => true, handle: (request) => gateway.handle(request) }
}

function throttleOf({ throttle, credentialCallsPerSecond: rate }: Config): ThrottleSettings {
  const classes = Object.keys(serviceRates)
  return {
    ...(throttle === 'off' ? {} : { perAccount: serviceRates }),
    ...(rate === 0 ? {} : { perCredential: Object.fromEntries(classes.map((name) => [name, rate])) }),
  }
}

function tell(report: RequestReport, metrics: Metrics, log: Log): void {
  const { requestId, action, code, scheme, principal, accessKeyId, source, status, latencyMs, cause } = report
  metrics.observe({ gateway: 'openapi', action, code, scheme, latencyMs })
  const fields = { requestId, gateway: 'openapi', action, principal, accessKeyId, source, code, status, latencyMs }
  // 503 is what every call gets while sealed or while the audit log refuses; that is told once, elsewhere
  if (status === 500) log.write('error', 'request failed', { ...fields, error: cause })
  else log.write('debug', 'request', fields)
}
