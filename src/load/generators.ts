import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Plan } from './plan.ts'
import type { PeriodReport, PlanReport, Watch } from './run-plan.ts'

export type ToGenerator = { readonly type: 'plan'; readonly plan: Plan } | { readonly type: 'stop' }
export type FromGenerator =
  | { readonly type: 'ready' }
  | { readonly type: 'measuring' }
  | { readonly type: 'period'; readonly report: PeriodReport }
  | { readonly type: 'done'; readonly report: PlanReport }
  | { readonly type: 'failed'; readonly message: string }

/**
 * Carries out a plan in so many processes, which share its connections and its rate.
 *
 * @param watch - is told of each period of each process as it ends
 * @throws Error if a process ends without having done its part
 */
export async function runGenerators(
  plan: Omit<Plan, 'processName'>,
  processes: number,
  signal: AbortSignal,
  watch: Watch,
): Promise<PlanReport> {
  const parts = shares(plan, Math.min(processes, plan.connections))
  const children = parts.map(() => startGenerator())
  try {
    await Promise.all(children.map((child) => once(child, 'message')))
    const stop = (): void => {
      for (const child of children) if (child.connected) child.send({ type: 'stop' } satisfies ToGenerator)
    }
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    const reports = await Promise.all(
      children.map((child, index) => outcomeOf(child, parts[index] ?? { ...plan, processName: '0' }, watch)),
    )
    return {
      unsent: reports.reduce((sum, { unsent }) => sum + unsent, 0),
      cpu: reports.reduce((sum, { cpu }) => sum + cpu, 0),
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
  }
}

function shares(plan: Omit<Plan, 'processName'>, processes: number): readonly Plan[] {
  return Array.from({ length: processes }, (_, index) => ({
    ...plan,
    processName: index.toString(36),
    connections: Math.floor(plan.connections / processes) + (index < plan.connections % processes ? 1 : 0),
    ratePerSecond: plan.ratePerSecond === undefined ? undefined : plan.ratePerSecond / processes,
  }))
}

function startGenerator(): ChildProcess {
  const program = fileURLToPath(new URL('./generator-process.ts', import.meta.url))
  // What it needs comes with its plan; the environment of this process may hold secrets.
  const { NODE_EXTRA_CA_CERTS } = process.env
  const env = NODE_EXTRA_CA_CERTS === undefined ? {} : { NODE_EXTRA_CA_CERTS }
  return fork(program, [], { serialization: 'advanced', execArgv: ['--disable-warning=ExperimentalWarning'], env })
}

function outcomeOf(child: ChildProcess, plan: Plan, watch: Watch): Promise<PlanReport> {
  return new Promise((resolve, reject) => {
    child.on('exit', () => reject(new Error('A generator of load ended before its time.')))
    child.on('error', reject)
    child.on('message', (message: FromGenerator) => {
      if (message.type === 'measuring') watch.measuring()
      if (message.type === 'period') watch.period(message.report)
      if (message.type === 'done') resolve(message.report)
      if (message.type === 'failed') reject(new Error(message.message))
    })
    child.send({ type: 'plan', plan } satisfies ToGenerator)
  })
}
