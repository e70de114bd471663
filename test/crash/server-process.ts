import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Client } from '../../src/sdk/client.ts'

const program = join(import.meta.dirname, '../../bin/keyhaven.js')

/** Where a server keeps what it must not lose. */
export interface Place {
  /** data directory */
  readonly data: string
  /** URL of a PostgreSQL database; an SQLite file in the data directory unless given */
  readonly store?: string | undefined
  /** a development deployment, which needs no more, unless given */
  readonly production?: Production | undefined
}

/** A deployment sealed by a key file. */
export interface Production {
  readonly keyFile: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

/** Environment of every process the crash test starts: free ports on loopback, data in a folder of its own. */
const environment = ({ data, store, production }: Place): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  KEYHAVEN_DATA: data,
  KEYHAVEN_HTTPS: '127.0.0.1:0',
  ...(production ? { KEYHAVEN_KEY_FILE: production.keyFile } : { KEYHAVEN_HTTP: '127.0.0.1:0' }),
  KEYHAVEN_WORKERS: process.env.KEYHAVEN_WORKERS,
  // Servers of one database have names of their own.
  ...(store === undefined ? {} : { KEYHAVEN_STORE: store, KEYHAVEN_NODE: basename(data) }),
})

/** A server process, to be killed. */
export class ServerProcess {
  readonly #process: ChildProcess
  readonly #place: Place
  #output = ''

  constructor(place: Place) {
    this.#place = place
    this.#process = spawn(process.execPath, [program, 'server', ...(place.production ? [] : ['--dev'])], {
      env: environment(place),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk) => {
        this.#output += String(chunk)
      })
    }
  }

  /** @throws Error with what the server printed when it isn't ready in time */
  async ready(): Promise<void> {
    const deadline = Date.now() + 30_000
    while (!this.#output.includes('Keyhaven is ready')) {
      if (this.#hasEnded || Date.now() > deadline) throw new Error(`the server did not start:\n${this.#output}`)
      await Promise.race([once(this.#process.stdout ?? this.#process, 'data'), once(this.#process, 'close')])
    }
  }

  /** @param attempts - how often a call is made that no answer comes to, or that the service refuses for a moment */
  client(attempts = 1): Client {
    const { httpEndpoint, endpoint, caFile, regionId, accessKeyId, accessKeySecret } = {
      ...JSON.parse(readFileSync(join(this.#place.data, 'client.json'), 'utf8')),
      ...this.#place.production,
    }
    // On a busy machine a server that has just started may take longer for its first answer than a client usually waits.
    const patience = { attemptTimeoutMs: 120_000, timeoutMs: 120_000, retry: { attempts } } as const
    return new Client({
      endpoint: httpEndpoint ?? endpoint,
      caFile,
      regionId,
      accessKeyId,
      accessKeySecret,
      ...patience,
    })
  }

  /** Everything that it has printed. */
  get output(): string {
    return this.#output
  }

  /** The messages of the log so far, in order. */
  get log(): readonly string[] {
    const lines = this.#output.split('\n').filter((line) => line.startsWith('{'))
    return lines.map((line) => String(JSON.parse(line).msg))
  }

  /** @throws Error with what it printed when the server has ended */
  requireRunning(): void {
    if (this.#hasEnded) throw new Error(`the server ended by itself:\n${this.#output}`)
  }

  /** @throws Error when it has ended, or failed at a call or at due work */
  requireNoFailure(): void {
    this.requireRunning()
    const failures = this.log.filter((message) => ['request failed', 'due work failed'].includes(message))
    assert.deepEqual(failures, [])
  }

  /** kill -9: no handler runs, nothing is flushed. @throws Error when the server has ended by itself */
  async kill(): Promise<void> {
    if (this.#process.signalCode === 'SIGKILL') return
    this.requireRunning()
    const closed = once(this.#process, 'close')
    this.#process.kill('SIGKILL')
    await closed
  }

  get #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }
}

/** Runs a command of the program to its end. @throws Error with what it printed when it fails */
export async function keyhaven(place: Place, ...words: string[]): Promise<string> {
  const child = spawn(process.execPath, [program, ...words], {
    env: environment(place),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk)
    })
  }
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`keyhaven ${words.join(' ')} ended with ${code}:\n${output}`)
  return output
}
