import { runGenerators } from '../../load/generators.ts'
import type { Plan } from '../../load/plan.ts'
import { processCpu } from '../../load/process-cpu.ts'
import { Collector } from '../../load/result.ts'
import { type Spread, spread } from '../measure.ts'
import type { ComparedServer, Load, Work } from './server.ts'

export interface TurnSettings {
  readonly rounds: number
  /** of one turn of one server */
  readonly seconds: number
  /** of the turn of each before those that count */
  readonly warmUpSeconds: number
  readonly connections: number
}

/** What is run often V8 compiles anew, for seconds: an eighth of the CPU of a server's first 20,000 calls. */
export const warmUpSeconds = 5

/** What one call took a server in each round: microseconds of CPU, of all its threads. */
export interface Turns {
  readonly name: string
  readonly perCall: readonly number[]
  /** calls that ended in a second of each round */
  readonly perSecond: readonly number[]
}

/**
 * Servers do the same work in turns, ABBA…: a machine that others use too is faster at one time than at another, so that
 * only what was measured side by side can be compared.
 *
 * @returns of each server that does the work
 */
export async function takeTurns(
  servers: readonly ComparedServer[],
  work: Work,
  settings: TurnSettings,
): Promise<readonly Turns[]> {
  const loads = await Promise.all(servers.map((server) => server.load(work)))
  const contenders = servers.flatMap((server, index) => {
    const load = loads[index]
    return load ? [{ server, load, perCall: [] as number[], perSecond: [] as number[] }] : []
  })
  // what runs for the first time is compiled, caches fill
  for (const { server, load } of contenders) await turn(server, load, { ...settings, seconds: settings.warmUpSeconds })
  for (let round = 0; round < settings.rounds; round++) {
    const order = round % 2 === 0 ? contenders : contenders.toReversed()
    for (const { server, load, perCall, perSecond } of order) {
      const { cpu, finished } = await turn(server, load, settings)
      perCall.push(cpu / finished)
      perSecond.push(finished / settings.seconds)
    }
  }
  return contenders.map(({ server: { name }, perCall, perSecond }) => ({ name, perCall, perSecond }))
}

/** How many times the CPU of `other` a call costs `one`, in each round. */
export function ratioOf(one: Turns, other: Turns): Spread {
  return spread(one.perCall.map((cpu, round) => cpu / (other.perCall[round] ?? Number.NaN)))
}

/** @returns microseconds of CPU, and the calls that they were for */
async function turn(
  server: ComparedServer,
  load: Load,
  { seconds, connections }: Pick<TurnSettings, 'seconds' | 'connections'>,
) {
  const collector = new Collector()
  let [before, after] = [Number.NaN, Number.NaN]
  const plan: Omit<Plan, 'processName'> = {
    ...load,
    ...{ connections, warmUpMs: 300, durationMs: seconds * 1000, periodMs: seconds * 2000 },
    ...{ timeoutMs: 10_000, isDebugged: false },
  }
  await runGenerators(plan, 1, new AbortController().signal, {
    measuring: () => {
      before = cpuOf(server)
    },
    period: (report) => {
      after = cpuOf(server)
      collector.add(report)
    },
  })
  const total = collector.total()
  if (total.notOk.count > 0) throw new Error(`${server.name} answered ${[...total.errors.keys()].join(', ')}`)
  return { cpu: after - before, finished: total.finished }
}

function cpuOf({ name, pid }: ComparedServer): number {
  const cpu = processCpu(pid)
  if (cpu === undefined) throw new Error(`this system does not tell the CPU time of ${name}`)
  return cpu
}
