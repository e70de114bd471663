import { parseArgs } from 'node:util'
import { type ComparedKeyhaven, startKeyhaven } from './compared/keyhaven.ts'
import { ratioOf, takeTurns, warmUpSeconds } from './compared/turns.ts'
import { machine, type Spread, spread } from './measure.ts'

/**
 * What a call costs with several workers, beside one, in CPU of all threads and in turns; and how evenly calls spread
 * over them. When the load comes from elsewhere, throughput grows as long as cores are free and that cost stays.
 *
 *     npm run bench workers -- [--workers 2] [--rounds 8] [--seconds 1.5] [--connections 64]
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options })
  const [workers, rounds] = [Number(values.workers), Number(values.rounds)]
  const settings = { rounds, seconds: Number(values.seconds), connections: Number(values.connections), warmUpSeconds }
  console.log(`${machine()}\n`)
  await using held = new AsyncDisposableStack()
  const one = held.use(await startKeyhaven())
  const several = held.use(await startKeyhaven(workers))
  const turns = await takeTurns([one, several], 'Encrypt', settings)
  for (const { name, perCall, perSecond } of turns)
    console.log(`${name.padEnd(24)} ${show(spread(perCall))} µs of CPU per call, ${show(spread(perSecond))} calls/s`)
  const [first, second] = turns
  if (first && second)
    console.log(`${workers} workers ÷ 1          ${show(ratioOf(second, first), 2)} of the CPU per call`)
  console.log(`calls of each worker     ${(await callsOf(several)).join(' ')}`)
}

const options = {
  workers: { type: 'string', default: '2' },
  rounds: { type: 'string', default: '8' },
  seconds: { type: 'string', default: '1.5' },
  connections: { type: 'string', default: '64' },
} as const

const show = ({ min, median, max }: Spread, digits = 0): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`

async function callsOf(server: ComparedKeyhaven): Promise<readonly string[]> {
  const page = await server.metrics()
  return [...page.matchAll(/^keyhaven_worker_requests_total\{worker="\d+"\} (\d+)$/gm)].map(([, count = '']) => count)
}
