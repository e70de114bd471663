import { get } from 'node:https'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { runGenerators } from '../load/generators.ts'
import type { Plan } from '../load/plan.ts'
import { Collector } from '../load/result.ts'
import { startKeyhaven } from './compared/keyhaven.ts'
import { machine, printRow, type Row, type RowSettings } from './measure.ts'

/**
 * A server under full load for some minutes: how its memory grows, and the longest that its event loop stood still, beside
 * that of a process that does next to nothing on the same machine.
 *
 *     npm run bench memory -- [--minutes 10]
 */
export async function run(args: readonly string[]): Promise<void> {
  const { minutes } = parseArgs({ args: [...args], options: { minutes: { type: 'string', default: '10' } } }).values
  console.log(`${machine()}\n`)
  const samples = await underLoad(Number(minutes) * 60)
  for (const { at, heapMebibytes, residentMebibytes, stallMs, idleStallMs, calls } of samples)
    console.log(
      `${at.toFixed(0).padStart(5)} s  ${calls} calls  heap ${heapMebibytes.toFixed(0)} MiB  resident ${residentMebibytes.toFixed(0)} MiB  longest stall ${stallMs.toFixed(0)} ms (idle process ${idleStallMs.toFixed(0)} ms)`,
    )
  for (const row of told(samples)) printRow(row)
}

export async function rows({ isQuick }: RowSettings): Promise<readonly Row[]> {
  return told(await underLoad(isQuick ? 6 : 150))
}

interface Sample {
  /** seconds */
  readonly at: number
  /** since the sample before */
  readonly calls: number
  readonly heapMebibytes: number
  readonly residentMebibytes: number
  /** the longest of the time since the sample before */
  readonly stallMs: number
  readonly idleStallMs: number
}

const everySeconds = 2

async function underLoad(seconds: number): Promise<readonly Sample[]> {
  await using server = await startKeyhaven()
  const loads = await Promise.all(
    (['Encrypt', 'Decrypt', 'GenerateDataKey', 'instance Encrypt'] as const).map((work) => server.load(work)),
  )
  const { public: target, instance } = Object.assign({}, ...loads) as Plan
  const calls = loads.flatMap((load) => load?.calls ?? [])
  const plan: Omit<Plan, 'processName'> = {
    ...{ public: target, instance, calls, connections: 32, timeoutMs: 10_000, isDebugged: false },
    ...{ warmUpMs: Math.min(20, seconds / 3) * 1000, durationMs: seconds * 1000, periodMs: everySeconds * 1000 },
  }
  const samples: Promise<Sample>[] = []
  const collector = new Collector()
  const idle = monitorEventLoopDelay({ resolution: 10 })
  idle.enable()
  const address = { origin: target?.origin ?? '', ca: target?.ca }
  await runGenerators(plan, 1, new AbortController().signal, {
    measuring: () => void metricsOf(address).then(() => idle.reset()),
    period: (report) => {
      collector.add(report)
      const told = { at: collector.duration / 1000, calls: collector.period(report.period)?.tally.finished ?? 0 }
      const idleStallMs = Math.max(0, idle.max / 1e6 - 10)
      idle.reset()
      samples.push(metricsOf(address).then((metrics) => ({ ...told, ...metrics, idleStallMs })))
    },
  })
  const failed = collector.total()
  if (failed.notOk.count > 0) throw new Error(`calls failed: ${[...failed.errors.keys()].join(', ')}`)
  // what the connections' end costs is not asked for
  return (await Promise.all(samples)).slice(0, -1)
}

interface ServerMetrics {
  readonly heapMebibytes: number
  readonly residentMebibytes: number
  readonly stallMs: number
}

/** The page of metrics; asking begins the next stretch of time that the longest stall is of. */
async function metricsOf({ origin, ca }: { origin: string; ca: string | undefined }): Promise<ServerMetrics> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  get(`${origin}/metrics`, { ca, agent: false }, async (response) => {
    resolve(Buffer.concat(await response.toArray()).toString())
  }).on('error', reject)
  const page = await promise
  const metric = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(page)?.[1])
  return {
    heapMebibytes: metric('nodejs_heap_size_used_bytes') / 2 ** 20,
    residentMebibytes: metric('process_resident_memory_bytes') / 2 ** 20,
    // the monitor counts from timer to timer, which are 10 ms apart
    stallMs: Math.max(0, metric('nodejs_eventloop_lag_max_seconds') * 1000 - 10),
  }
}

function told(samples: readonly Sample[]): readonly Row[] {
  const minutes = ((samples.at(-1)?.at ?? 0) / 60).toFixed(1)
  const row = (name: string, value: number, unit: string, aim = ''): Row => ({
    ...{ name: `${name}, ${minutes} minutes of 32 connections`, ratio: value, unit, aim },
    ...{ spread: { min: value, median: value, max: value }, command: 'npm run bench memory' },
  })
  const growth = (of: (sample: Sample) => number): number =>
    slopePerSecond(samples.map((sample) => [sample.at, of(sample)])) * 60
  const most = (of: (sample: Sample) => number): number => Math.max(...samples.map(of))
  return [
    row(
      'growth of the heap a minute',
      growth((sample) => sample.heapMebibytes),
      ' MiB',
      '≤ 1 MiB',
    ),
    row(
      'growth of resident memory a minute',
      growth((sample) => sample.residentMebibytes),
      ' MiB',
    ),
    row(
      'longest stall of the event loop',
      most((sample) => sample.stallMs),
      ' ms',
      '≤ 50 ms',
    ),
    row(
      'longest stall of an idle process beside it',
      most((sample) => sample.idleStallMs),
      ' ms',
    ),
  ]
}

/** Of the straight line that fits best. */
export function slopePerSecond(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])]
  return mean((point) => (point[0] - x) * (point[1] - y)) / mean((point) => (point[0] - x) ** 2)
}
