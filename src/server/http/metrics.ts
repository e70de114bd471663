import type { Counter, Histogram, Registry } from 'prom-client'
import type { HttpRequest, HttpResponse } from '../../gateway/http.ts'
import { isLoopback } from './listen.ts'
import { json, pathOf, type Route } from './route.ts'

/** One finished request, by names of the contract only: what a caller sent never becomes a label (SEC-46). */
export interface Observation {
  readonly gateway: string
  /** an operation that exists; anything else counts as `unknown` */
  readonly action: string | undefined
  readonly code: string
  readonly scheme?: string | undefined
  readonly latencyMs: number
}

/** Values asked for when somebody looks. */
export interface Gauges {
  sealed(): boolean
  auditHealthy(): boolean
  auditSpaceLow(): boolean
  auditFreeBytes(): number
  auditRecords(): number
  activeRequests(): number
  /** when the server certificate ends */
  certificateEnd(): Date | undefined
}

interface Instruments {
  readonly registry: Registry
  readonly requests: Counter
  readonly latency: Histogram
}

/** Prometheus metrics. The library is loaded after the start, so a request of the first milliseconds goes uncounted. */
export class Metrics {
  #instruments: Instruments | undefined

  async start(gauges: Gauges): Promise<void> {
    const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = await import('prom-client')
    const registry = new Registry()
    collectDefaultMetrics({ register: registry })
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(value())
        },
      })
    gauge('keyhaven_sealed', '1 while the server is sealed', () => Number(gauges.sealed()))
    gauge('keyhaven_audit_healthy', '0 while audit records cannot be kept', () => Number(gauges.auditHealthy()))
    gauge('keyhaven_audit_space_low', '1 when the disk of the audit log is nearly full', () =>
      Number(gauges.auditSpaceLow()),
    )
    gauge('keyhaven_audit_free_bytes', 'free space of the disk of the audit log', gauges.auditFreeBytes)
    gauge('keyhaven_audit_records', 'audit records in the chain of this node', gauges.auditRecords)
    gauge('keyhaven_active_requests', 'requests being worked on', gauges.activeRequests)
    gauge(
      'keyhaven_certificate_expiry_seconds',
      'when the server certificate ends, in Unix time',
      () => (gauges.certificateEnd()?.getTime() ?? 0) / 1000,
    )
    this.#instruments = {
      registry,
      requests: new Counter({
        name: 'keyhaven_requests_total',
        help: 'finished requests',
        labelNames: ['gateway', 'action', 'code', 'scheme'],
        registers: [registry],
      }),
      latency: new Histogram({
        name: 'keyhaven_request_seconds',
        help: 'time from the complete request to its answer',
        labelNames: ['gateway', 'action'],
        buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
        registers: [registry],
      }),
    }
  }

  observe({ gateway, action = 'unknown', code, scheme = '', latencyMs }: Observation): void {
    this.#instruments?.requests.inc({ gateway, action, code, scheme })
    this.#instruments?.latency.observe({ gateway, action }, latencyMs / 1000)
  }

  /** `/metrics`, for this machine only unless opened to all. */
  route(access: 'loopback' | 'all'): Route {
    return {
      name: 'metrics',
      matches: (request) => pathOf(request) === '/metrics',
      handle: async (request) =>
        access === 'all' || isFromHere(request) ? this.#page() : json(403, { error: 'for this machine only' }),
    }
  }

  async #page(): Promise<HttpResponse> {
    if (!this.#instruments) return json(503, { error: 'starting' })
    const { registry } = this.#instruments
    return { status: 200, headers: { 'content-type': registry.contentType }, body: await registry.metrics() }
  }
}

/** A proxy on this machine that is not trusted asks for others all the same. */
const isFromHere = ({ sourceAddress, headers }: HttpRequest): boolean =>
  isLoopback(sourceAddress) && !headers.has('x-forwarded-for') && !headers.has('forwarded')
