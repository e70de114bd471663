import { parseArgs } from 'node:util'
import { startBare } from './compared/bare.ts'
import { startKeyhaven } from './compared/keyhaven.ts'
import { startOpenbao } from './compared/openbao.ts'
import type { ComparedServer, Work } from './compared/server.ts'
import { ratioOf, type TurnSettings, type Turns, takeTurns, warmUpSeconds } from './compared/turns.ts'
import { machine, printRow, type Row, type RowSettings, spread } from './measure.ts'

/**
 * What a call costs the server, in CPU of all its threads, beside the least that Node can do and, where it is installed,
 * OpenBao; in turns.
 *
 *     npm run bench server -- [--only Encrypt,Decrypt] [--rounds 6] [--seconds 1.2]
 */
export async function run(args: readonly string[]): Promise<void> {
  const { only, rounds, seconds } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: Object.keys(aims).join(',') },
      rounds: { type: 'string', default: '6' },
      seconds: { type: 'string', default: '1.2' },
    },
  }).values
  console.log(`${machine()}\n`)
  const settings = { rounds: Number(rounds), seconds: Number(seconds), warmUpSeconds, connections: 32 }
  for (const [work, turns] of await measured(only.split(',') as Work[], settings)) {
    for (const { name, perCall } of turns) {
      const { min, median, max } = spread(perCall)
      console.log(`${work.padEnd(18)} ${name.padEnd(24)} ${median.toFixed(0)} µs (${min.toFixed(0)}–${max.toFixed(0)})`)
    }
    for (const row of rowsOf(work, turns)) printRow(row)
  }
}

export async function rows({ isQuick }: RowSettings): Promise<readonly Row[]> {
  const works = isQuick ? (['Encrypt'] as const) : (Object.keys(aims) as Work[])
  const settings = isQuick
    ? { rounds: 1, seconds: 0.3, warmUpSeconds: 0.3, connections: 32 }
    : { rounds: 6, seconds: 1.2, warmUpSeconds, connections: 32 }
  return [...(await measured(works, settings))].flatMap(([work, turns]) => rowsOf(work, turns))
}

interface Aims {
  /** CPU of OpenBao ÷ ours */
  readonly openbao?: string
  /** CPU of the bare server ÷ ours */
  readonly bare?: string
}

const symmetric: Aims = { openbao: '≥ 3', bare: '≥ 0.75' }
const aims: Readonly<Record<Work, Aims>> = {
  Encrypt: symmetric,
  Decrypt: symmetric,
  GenerateDataKey: symmetric,
  'instance Encrypt': { bare: '≥ 0.75' },
  'RSA_2048 sign': {},
  'RSA_2048 verify': {},
  'EC_P256 sign': { openbao: '≥ 1.5' },
  'EC_P256 verify': { openbao: '≥ 1.3' },
}

async function measured(works: readonly Work[], settings: TurnSettings): Promise<ReadonlyMap<Work, readonly Turns[]>> {
  await using held = new AsyncDisposableStack()
  const keyhaven = held.use(await startKeyhaven())
  const bare = held.use(await startBare(keyhaven))
  const openbao = held.use(await startOpenbao())
  const servers: readonly ComparedServer[] = [keyhaven, bare, ...(openbao ? [openbao] : [])]
  const all = new Map<Work, readonly Turns[]>()
  for (const work of works) all.set(work, await takeTurns(servers, work, settings))
  return all
}

/** Ours is the first. */
function rowsOf(work: Work, [ours, ...others]: readonly Turns[]): readonly Row[] {
  if (!ours) return []
  return others.map((other) => {
    const found = ratioOf(other, ours)
    const { openbao, bare } = aims[work]
    const aim = (other.name.startsWith('OpenBao') ? openbao : bare) ?? ''
    const command = `npm run bench server -- --only '${work}'`
    return { name: `${work}: CPU of ${other.name} ÷ ours`, ratio: found.median, spread: found, aim, command }
  })
}
