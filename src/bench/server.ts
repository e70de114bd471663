import { parseArgs } from 'node:util'
import { startBare } from './compared/bare.ts'
import { startKeyhaven } from './compared/keyhaven.ts'
import { startOpenbao } from './compared/openbao.ts'
import type { ComparedServer, Work } from './compared/server.ts'
import { ratioOf, takeTurns } from './compared/turns.ts'
import { machine, spread } from './measure.ts'

/**
 * What a call costs the server, in CPU of all its threads, beside the least that Node can do and, where it is installed,
 * OpenBao; in turns.
 *
 *     npm run bench server -- [--only Encrypt,Decrypt] [--rounds 8] [--seconds 1.5]
 */
export async function run(args: readonly string[]): Promise<void> {
  const { only, rounds, seconds } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '8' },
      seconds: { type: 'string', default: '1.5' },
    },
  }).values
  console.log(`${machine()}\n`)
  await using held = new AsyncDisposableStack()
  const keyhaven = held.use(await startKeyhaven())
  const bare = held.use(await startBare(keyhaven))
  const openbao = held.use(await startOpenbao())
  const servers: readonly ComparedServer[] = [keyhaven, bare, ...(openbao ? [openbao] : [])]
  const chosen = only === undefined ? works : works.filter((work) => only.split(',').includes(work))
  for (const work of chosen) {
    const turns = await takeTurns(servers, work, { rounds: Number(rounds), seconds: Number(seconds), connections: 32 })
    for (const { name, perCall } of turns) {
      const { min, median, max } = spread(perCall)
      console.log(`${work.padEnd(18)} ${name.padEnd(24)} ${median.toFixed(0)} µs (${min.toFixed(0)}–${max.toFixed(0)})`)
    }
    const [ours, ...others] = turns
    if (!ours) continue
    for (const other of others) {
      const { min, median, max } = ratioOf(other, ours)
      console.log(
        `${work.padEnd(18)} ${other.name} ÷ Keyhaven  ${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`,
      )
    }
  }
}

const works: readonly Work[] = [
  'Encrypt',
  'Decrypt',
  'GenerateDataKey',
  'instance Encrypt',
  'RSA_2048 sign',
  'RSA_2048 verify',
  'EC_P256 sign',
  'EC_P256 verify',
]
