import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { signPkcs1Sha256 } from '../crypto/rsa.ts'
import { RsaPrivateKey } from '../crypto/rsa-private-key.ts'
import { startKeyhaven } from './compared/keyhaven.ts'
import { takeTurns } from './compared/turns.ts'
import { machine, measure, printRow, type Row, spread } from './measure.ts'

/**
 * RSA_2048 signatures beside `crypto.sign` in Node's thread pool with as many at once: of the module that makes them, and
 * of the server with everything that a call takes.
 *
 *     npm run bench rsa
 */
export async function run(): Promise<void> {
  console.log(`${machine()}\n`)
  for (const row of await rows()) printRow(row)
}

const command = 'npm run bench rsa'
const rounds = 7
const signAsync = promisify<string, Uint8Array, KeyObject, Buffer>(sign)

export async function rows(): Promise<readonly Row[]> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const [key, digest] = [new RsaPrivateKey(privateKey), Buffer.alloc(32, 0x5a)]
  await using server = await startKeyhaven()
  const ratios: Record<'module' | 'server', number[]> = { module: [], server: [] }
  for (let round = 0; round < rounds; round++) {
    const bare = await cpuOf(() => signAsync('sha256', digest, privateKey))
    ratios.module.push(bare / (await cpuOf(() => signPkcs1Sha256(key, digest))))
    const [turn] = await takeTurns([server], 'RSA_2048 sign', {
      rounds: 1,
      seconds: 1,
      warmUpSeconds: 1,
      connections: 32,
    })
    ratios.server.push(bare / (turn?.perCall[0] ?? Number.NaN))
  }
  return [
    row('RSA_2048 sign, CPU: crypto.sign in the pool ÷ the module', ratios.module),
    row('RSA_2048 sign, CPU: crypto.sign in the pool ÷ a call of the server', ratios.server),
  ]
}

function row(name: string, ratios: readonly number[]): Row {
  const found = spread(ratios)
  return { name, ratio: found.median, spread: found, aim: '≥ 0.85', command }
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const calls = (count: number) => Array.from({ length: count })
  const { cpu } = await measure(calls, work, { perRound: 300, rounds: 1, concurrency: 32 })
  return cpu.median
}
