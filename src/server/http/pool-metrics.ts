import type { Registry } from 'prom-client'
import type { PoolCounts, PoolWatch } from '../../store/engines/pool-watch.ts'

/** By name: what it is, and its value. */
const gauges: Readonly<Record<string, readonly [string, (counts: PoolCounts) => number]>> = {
  keyhaven_pool_connections: ['open connections to PostgreSQL', ({ open }) => open],
  keyhaven_pool_idle_connections: ['those that nobody uses', ({ idle }) => idle],
  keyhaven_pool_max_connections: ['how many there may be', ({ most }) => most],
  keyhaven_pool_waiting_calls: ['calls that wait for a connection', ({ waiting }) => waiting],
}

/** Each thread has connections of its own: what all threads count is added up. */
export async function registerPoolMetrics(registry: Registry, pool: PoolWatch): Promise<void> {
  const { Gauge, Histogram } = await import('prom-client')
  for (const [name, [help, value]] of Object.entries(gauges))
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(value(pool.counts))
        },
      }),
    )
  const waits = new Histogram({
    name: 'keyhaven_pool_wait_seconds',
    help: 'how long calls wait for a connection to PostgreSQL',
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5],
    registers: [registry],
  })
  pool.onWait((seconds) => waits.observe(seconds))
}
