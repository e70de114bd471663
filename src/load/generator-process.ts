/** One generator of load as a process of its own: gets its plan from the one that started it, and reports to it. */
import type { FromGenerator, ToGenerator } from './generators.ts'
import { runPlan } from './run-plan.ts'

const stop = new AbortController()
const send = (message: FromGenerator): void => {
  process.send?.(message)
}

// A terminal sends Ctrl-C to all its processes; this one stops when it is told to, and reports.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit(1))
process.on('message', (message: ToGenerator) => {
  if (message.type === 'stop') stop.abort()
  else if (message.type === 'plan')
    void runPlan(message.plan, stop.signal, {
      measuring: () => send({ type: 'measuring' }),
      period: (report) => send({ type: 'period', report }),
    })
      .then((report) => send({ type: 'done', report }))
      .catch((error: unknown) => send({ type: 'failed', message: error instanceof Error ? error.message : 'unknown' }))
      .finally(() => process.disconnect?.())
})
send({ type: 'ready' })
