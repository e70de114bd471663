import { type Keyhaven, type Seed, startKeyhaven } from '../testing/index.ts'
import { machine, measure, printRow, type Row, type RowSettings, type Spread } from './measure.ts'

/**
 * What a service inside a test costs in CPU, once its code is read: starting it with a small seed, eight at once, and
 * leading it back to the seed.
 *
 *     npm run bench testing
 */
export async function run(): Promise<void> {
  console.log(`${machine()}\n`)
  for (const row of await rows({ isQuick: false })) printRow(row)
}

const seed: Seed = {
  keys: [
    { id: 'symmetric', aliases: ['alias/orders'] },
    { id: 'signing', spec: 'EC_P256' },
  ],
  secrets: [{ name: 'password', versions: [{ id: 'v1', value: 'secret' }] }],
}

export async function rows({ isQuick }: RowSettings): Promise<readonly Row[]> {
  const rounds = isQuick ? 2 : 20
  const open: Keyhaven[] = []
  const start = async () => open.push(await startKeyhaven({ seed }))
  const close = () => Promise.all(open.splice(0).map((kms) => kms.close()))

  const started = await measure(ones, start, { perRound: 1, rounds })
  await close()
  const eight = await measure(ones, start, { perRound: 8, rounds: Math.ceil(rounds / 4), concurrency: 8 })
  await close()
  const kms = await startKeyhaven({ seed })
  const reset = await measure(ones, () => kms.reset(), { perRound: 1, rounds })
  await kms.close()
  return [
    row('startKeyhaven({ seed })', started.cpu, '≤ 150'),
    row('startKeyhaven({ seed }), each of eight at once', eight.cpu, '≤ 150'),
    row('reset()', reset.cpu, '≤ 10'),
  ]
}

const ones = (count: number): readonly number[] => Array.from({ length: count }, () => 1)

function row(name: string, { min, median, max }: Spread, aim: string): Row {
  const spread = { min: min / 1000, median: median / 1000, max: max / 1000 }
  return { name: `${name}, CPU`, ratio: spread.median, unit: ' ms', spread, aim, command: 'npm run bench testing' }
}
