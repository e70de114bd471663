import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { machine } from './measure.ts'

const program = join(import.meta.dirname, '../../bin/keyhaven.js')
const rounds = 15

/** How long a server takes from its process's start to `Keyhaven is ready`, on a data directory that exists. */
export async function run(): Promise<void> {
  console.log(machine())
  const data = mkdtempSync(join(tmpdir(), 'keyhaven-bench-'))
  try {
    // makes the data directory, and fills the compile cache
    console.log(`first start, everything made: ${Math.round(await start(data))} ms`)
    const times: number[] = []
    for (let round = 0; round < rounds; round++) times.push(await start(data))
    const [min = 0] = times.sort((a, b) => a - b)
    const [median = 0, max = 0] = [times[rounds >> 1], times.at(-1)]
    console.log(`${rounds} starts: min ${Math.round(min)}  median ${Math.round(median)}  max ${Math.round(max)} ms`)
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

async function start(data: string): Promise<number> {
  const started = performance.now()
  const child = spawn(process.execPath, [program, 'server', '--dev', '--data', data], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      KEYHAVEN_HTTPS: '127.0.0.1:0',
      KEYHAVEN_HTTP: '127.0.0.1:0',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  for await (const chunk of child.stdout) if (String(chunk).includes('Keyhaven is ready')) break
  const time = performance.now() - started
  child.kill('SIGTERM')
  const [status] = await ended
  if (status !== 0) throw new Error(`the server ended with ${status}`)
  return time
}
