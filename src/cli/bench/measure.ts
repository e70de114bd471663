import { runGenerators } from '../../load/generators.ts'
import { Collector, type LoadResult } from '../../load/result.ts'
import { Tally } from '../../load/tally.ts'
import type { Context } from '../context.ts'
import { LiveLine } from './display.ts'
import type { LocalServer } from './local-server.ts'
import { OfficialLog } from './official-log.ts'
import type { BenchFlags, BenchSettings } from './settings.ts'
import type { Prepared } from './target.ts'

export interface Measured {
  readonly prepared: Prepared
  readonly local: LocalServer | undefined
  readonly signal: AbortSignal
}

/** Runs the load and shows how it goes. */
export async function measure(
  context: Context,
  flags: BenchFlags,
  settings: BenchSettings,
  { prepared, local, signal }: Measured,
): Promise<LoadResult> {
  const { processes, durationMs } = settings
  const collector = new Collector()
  const live = new LiveLine(context.io.stderr, durationMs / 1000)
  const log = officialLog(context, flags, settings)
  const name = settings.operations.map((operation) => operation.name).join(',')
  log?.frame(`Start [${name}] Case`)
  const startedAt = new Date().toISOString()
  let serverBefore: number | undefined
  const isDebugged = flags.enable_debug_log?.toLowerCase() === 'true'
  const { connections, periodMs, warmUpMs, ratePerSecond } = settings
  const plan = {
    ...prepared,
    connections,
    ratePerSecond,
    durationMs,
    periodMs,
    warmUpMs,
    timeoutMs: 10_000,
    isDebugged,
  }
  const { unsent, cpu } = await runGenerators(plan, processes, signal, {
    measuring: () => {
      serverBefore ??= local?.cpu()
    },
    period: (report) => {
      collector.add(report)
      live.show(collector)
      log?.debug(report.debug)
      if (processes === 1) log?.statistics(officialFigures(`Time_${report.period + 1}`, collector, report.period))
    },
  })
  const serverCpu = difference(serverBefore, local?.cpu())
  live.end()
  log?.statistics(officialFigures('Statistics', collector, collector.periods().length - 1))
  log?.frame(`[${name}] Case complete!`)
  await log?.close()
  const calls = Math.max(1, collector.total().finished)
  return {
    format: 1,
    startedAt,
    duration: Math.round(collector.duration),
    settings: shownSettings(settings),
    begun: collector.begun,
    unsent,
    operations: collector.operations(),
    periods: collector.periods(),
    cpu: { generators: cpu / calls, server: serverCpu === undefined ? undefined : serverCpu / calls },
  }
}

function officialLog(context: Context, { log_path }: BenchFlags, settings: BenchSettings): OfficialLog | undefined {
  if (!settings.isOfficial) return undefined
  return new OfficialLog(context.output, log_path ? context.path(log_path) : undefined)
}

function officialFigures(title: string, collector: Collector, index: number) {
  const { length, tally } = collector.period(index) ?? { length: 0, tally: new Tally() }
  const total = collector.total()
  return { title, begun: collector.begun, total, inPeriod: tally.finished, elapsed: collector.duration, length }
}

const difference = (before: number | undefined, after: number | undefined): number | undefined =>
  before === undefined || after === undefined ? undefined : after - before

/** What was measured, without what opens anything. */
function shownSettings(settings: BenchSettings): Readonly<Record<string, string | number>> {
  const { operations, gateway, dataSize, connections, processes, ratePerSecond } = settings
  const mix = operations.map(({ name, weight }) => (operations.length > 1 ? `${name}=${weight}` : name)).join(',')
  const rate = ratePerSecond === undefined ? {} : { rate: ratePerSecond }
  return { operation: mix, gateway, size: dataSize, connections, processes, ...rate }
}
