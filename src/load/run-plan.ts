import { Caller } from './caller.ts'
import { type Clock, generate, systemClock } from './generate.ts'
import type { Outcome } from './outcome.ts'
import type { Plan } from './plan.ts'
import { Tally, type TallyRecord } from './tally.ts'

/** What happened in one period. */
export interface PeriodReport {
  /** from 0 */
  readonly period: number
  /** milliseconds it really lasted */
  readonly length: number
  readonly begun: number
  /** of each operation, the calls that ended */
  readonly operations: Readonly<Record<string, TallyRecord>>
  /** a line for each call, where they are asked for */
  readonly debug: readonly string[]
}

export interface PlanReport {
  /** calls of an open loop that could not begin in time */
  readonly unsent: number
  /** microseconds of CPU that this process spent on the measured part */
  readonly cpu: number
}

export interface Watch {
  /** the warm-up is over */
  measuring(): void
  period(report: PeriodReport): void
}

/**
 * Carries a plan out: warms up, then measures. Calls that began in the warm-up are not counted.
 *
 * @param watch - is told of each period when it is over, and at the end of the rest
 */
export async function runPlan(
  plan: Plan,
  signal: AbortSignal,
  watch: Watch,
  clock: Clock = systemClock,
): Promise<PlanReport> {
  const numbers = uniqueNumbers(plan.processName)
  const workers = Array.from({ length: plan.connections }, () => new Caller(plan, numbers))
  const load = { workers, clock, ratePerSecond: plan.ratePerSecond, signal }
  await generate({ ...load, ...span(clock.now(), plan.warmUpMs), begun: () => undefined, ended: () => undefined })
  watch.measuring()
  const before = process.cpuUsage()
  const periods = new Periods(clock, plan.isDebugged)
  const timer = setInterval(() => watch.period(periods.take()), plan.periodMs)
  const unsent = await generate({
    ...load,
    ...span(clock.now(), plan.durationMs),
    begun: () => periods.begun(),
    ended: (outcome, from, to) => periods.ended(outcome, to - from),
  })
  clearInterval(timer)
  watch.period(periods.take())
  const { user, system } = process.cpuUsage(before)
  await Promise.all(workers.map((worker) => worker.close()))
  return { unsent, cpu: user + system }
}

const span = (startAt: number, length: number) => ({ startAt, endAt: startAt + length })

function uniqueNumbers(name: string): () => string {
  const prefix = `${name}${Date.now().toString(36)}`
  let count = 0
  return () => `${prefix}${(count++).toString(36).padStart(8, '0')}`
}

/** Collects what happens until it is taken. */
class Periods {
  readonly #clock: Clock
  readonly #isDebugged: boolean
  #period = 0
  #since: number
  #calls = 0
  #begun = 0
  #operations = new Map<string, Tally>()
  #debug: string[] = []

  constructor(clock: Clock, isDebugged: boolean) {
    this.#clock = clock
    this.#isDebugged = isDebugged
    this.#since = clock.now()
  }

  begun(): void {
    this.#begun++
  }

  ended(outcome: Outcome, milliseconds: number): void {
    const tally = this.#operations.get(outcome.operation) ?? new Tally()
    this.#operations.set(outcome.operation, tally)
    tally.record(outcome, milliseconds * 1000)
    if (this.#isDebugged) this.#debug.push(debugLine(this.#calls++, outcome, milliseconds))
  }

  take(): PeriodReport {
    const now = this.#clock.now()
    const operations = [...this.#operations].map(([name, tally]) => [name, tally.toRecord()] as const)
    const report = {
      period: this.#period++,
      length: now - this.#since,
      begun: this.#begun,
      operations: Object.fromEntries(operations),
      debug: this.#debug,
    }
    this.#since = now
    this.#begun = 0
    this.#operations = new Map()
    this.#debug = []
    return report
  }
}

/** As the official tool's debug log has it. */
function debugLine(index: number, { kind, code, requestId }: Outcome, milliseconds: number): string {
  if (kind === 'ok') return `[BenchDebug_${index}]\tonceTimeCost: ${Math.round(milliseconds)}ms`
  return `[BenchError_${index}]\tError: ${code ?? kind}${requestId ? `\tRequestId: ${requestId}` : ''}`
}
