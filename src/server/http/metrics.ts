import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { HttpRequest, HttpResponse } from '../../gateway/http.ts'
import { PoolWatch } from '../../store/engines/pool-watch.ts'
import { isLoopback } from './listen.ts'
import { registerPoolMetrics } from './pool-metrics.ts'
import { json, pathOf, type Route } from './route.ts'
import { registerServerMetrics, type ServerValues } from './server-metrics.ts'

/** One finished request, by names of the contract only: what a caller sent never becomes a label (SEC-46). */
export interface Observation {
  readonly gateway: string
  /** an operation that exists; anything else counts as `unknown` */
  readonly action: string | undefined
  readonly code: string
  readonly scheme?: string | undefined
  readonly latencyMs: number
}

/** What a thread has counted, in a form that can be copied to another one. */
export type MetricValues = readonly object[]

/** Of a thread that answers requests. */
interface Instruments {
  readonly requests: Counter
  readonly latency: Histogram
  /** counts for one worker */
  readonly worker?: Pick<Counter.Internal, 'inc'>
}

/** Prometheus metrics. The library is loaded after the start, so a request of the first milliseconds goes uncounted. */
export class Metrics {
  readonly #pool: PoolWatch
  #registry: Registry | undefined
  /** of the main thread, what each thread has */
  #ofThread: Registry | undefined
  #instruments: Instruments | undefined
  #workers: (() => Promise<MetricValues[]>) | undefined

  /** @param pool - the connections of this thread to its database */
  constructor(pool = new PoolWatch()) {
    this.#pool = pool
  }

  /** @param workers - the values of all workers, when it is they who answer requests */
  async start(values: ServerValues, workers?: () => Promise<MetricValues[]>): Promise<void> {
    const { collectDefaultMetrics, Registry } = await import('prom-client')
    const registry = new Registry()
    collectDefaultMetrics({ register: registry })
    await registerServerMetrics(registry, values)
    this.#workers = workers
    if (workers === undefined) this.#instruments = await requestInstruments(registry)
    this.#ofThread = new Registry()
    await registerPoolMetrics(this.#ofThread, this.#pool)
    this.#registry = registry
  }

  /** What a worker counts; `values` says it. */
  async startWorker(worker: number): Promise<void> {
    const { Counter, Registry } = await import('prom-client')
    const registry = new Registry()
    const counter = new Counter({
      name: 'keyhaven_worker_requests_total',
      help: 'finished requests of each worker',
      labelNames: ['worker'],
      registers: [registry],
    })
    this.#instruments = {
      ...(await requestInstruments(registry)),
      worker: counter.labels(String(worker)),
    }
    registry.registerMetric(await eventLoopLag(worker))
    await registerPoolMetrics(registry, this.#pool)
    this.#registry = registry
  }

  async values(): Promise<MetricValues> {
    return (await this.#registry?.getMetricsAsJSON()) ?? []
  }

  observe({ gateway, action = 'unknown', code, scheme = '', latencyMs }: Observation): void {
    this.#instruments?.requests.inc({ gateway, action, code, scheme })
    this.#instruments?.latency.observe({ gateway, action }, latencyMs / 1000)
    this.#instruments?.worker?.inc()
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
    if (!this.#registry) return json(503, { error: 'starting' })
    const { contentType } = this.#registry
    const body = `${await this.#registry.metrics()}${await this.#ofThreads()}`
    return { status: 200, headers: { 'content-type': contentType }, body }
  }

  async #ofThreads(): Promise<string> {
    const { AggregatorRegistry } = await import('prom-client')
    const own = (await this.#ofThread?.getMetricsAsJSON()) ?? []
    return AggregatorRegistry.aggregate([own, ...((await this.#workers?.()) ?? [])]).metrics()
  }
}

/** The default metrics know the event loop of the main thread only. */
async function eventLoopLag(worker: number): Promise<Gauge> {
  const { Gauge } = await import('prom-client')
  const lag = monitorEventLoopDelay({ resolution: 10 })
  lag.enable()
  return new Gauge({
    name: 'keyhaven_worker_event_loop_lag_seconds',
    help: 'longest that each worker was kept from its work since the last look',
    labelNames: ['worker'],
    registers: [],
    collect() {
      this.set({ worker }, lag.max / 1e9)
      lag.reset()
    },
  })
}

async function requestInstruments(registry: Registry): Promise<Instruments> {
  const { Counter, Histogram } = await import('prom-client')
  return {
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

/** A proxy on this machine that is not trusted asks for others all the same. */
const isFromHere = ({ sourceAddress, headers }: HttpRequest): boolean =>
  isLoopback(sourceAddress) && !headers.has('x-forwarded-for') && !headers.has('forwarded')
