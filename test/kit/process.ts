import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { TestContext } from 'node:test'
import type { Io } from '../../src/cli/io.ts'
import { run } from '../../src/cli/program.ts'

/** What `keyhaven` runs. */
export const programFile = join(import.meta.dirname, '../../bin/keyhaven.js')

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** folder that the program is run in, when it is run in this process; this one's unless given */
  readonly cwd?: string
}

export interface SpawnOptions extends RunOptions {
  /** standard input, closed afterwards */
  readonly input?: string
  /** another Node than this one */
  readonly node?: string
  readonly nodeFlags?: readonly string[]
  /** what the program can read from descriptor 3 */
  readonly descriptor3?: string
}

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the program to its end, in this process. */
export async function runKeyhaven(words: readonly string[], { env, cwd }: RunOptions = {}): Promise<Ended> {
  const { io, output } = machine(words, env, cwd)
  return { status: await run(words, io), ...output() }
}

/** Runs the program to its end, in a process of its own. */
export async function spawnKeyhaven(words: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  const child = start(words, options)
  const output = collect(child)
  const [status] = await once(child, 'close')
  return { status, ...output() }
}

export interface Running {
  /** what it has printed so far */
  output(): { stdout: string; stderr: string }
  /** @returns its end */
  stop(): Promise<Ended>
  /** when it ends by itself */
  readonly ended: Promise<Ended>
}

/** Starts a server in this process and waits until it prints `text`. It has to be stopped before another is started. */
export async function startKeyhaven(
  words: readonly string[],
  { env }: RunOptions = {},
  text = 'Keyhaven is ready',
): Promise<Running> {
  const { io, output, printed } = machine(words, env)
  const ended = run(words, io)
  await Promise.race([printed(text), ended])
  if (!output().stdout.includes(text)) throw new Error(`the server did not start:\n${output().stderr}`)
  const whole = ended.then((status) => ({ status, ...output() }))
  const stop = (): Promise<Ended> => {
    process.emit('SIGTERM', 'SIGTERM')
    return whole
  }
  return { output, stop, ended: whole }
}

/** Starts a server in a process of its own and waits until it prints `text`. It is killed after the test. */
export async function spawnServer(
  t: TestContext,
  words: readonly string[],
  options: SpawnOptions = {},
  text = 'Keyhaven is ready',
) {
  const child = start(words, options)
  const output = collect(child)
  const closed = once(child, 'close')
  t.after(() => child.kill('SIGKILL'))
  while (!output().stdout.includes(text)) {
    if (child.exitCode !== null) throw new Error(`the server did not start:\n${output().stderr}`)
    await Promise.race([once(child.stdout ?? child, 'data'), closed])
  }
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> => {
    child.kill(signal)
    const [status] = await closed
    return { status, ...output() }
  }
  const closeOutput = (): void => {
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
  return { output, stop, closeOutput }
}

/** A machine to run on of which nothing is seen but what the program prints. */
function machine(words: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = process.cwd()) {
  const texts = { stdout: '', stderr: '' }
  let waiting: { text: string; resolve: () => void } | undefined
  const sink = (name: 'stdout' | 'stderr') => ({
    write(chunk: string | Uint8Array) {
      texts[name] += String(chunk)
      if (waiting && texts.stdout.includes(waiting.text)) waiting.resolve()
    },
  })
  const io: Io = {
    stdin: Readable.from([]),
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    env: { ...defaults(words), ...env },
    cwd,
    home: tmpdir(),
  }
  const printed = (text: string) =>
    new Promise<void>((resolve) => {
      waiting = { text, resolve }
    })
  return { io, output: () => ({ ...texts }), printed }
}

function start(words: readonly string[], options: SpawnOptions): ChildProcess {
  const { env, input, node = process.execPath, nodeFlags = [], descriptor3 } = options
  const child = spawn(node, [...nodeFlags, programFile, ...words], {
    // nothing of the machine but what programs need to start
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...defaults(words), ...env },
    stdio: ['pipe', 'pipe', 'pipe', ...(descriptor3 === undefined ? [] : (['pipe'] as const))],
  })
  // a program that ends without reading its input is no error
  child.stdin?.on('error', () => {})
  child.stdin?.end(input ?? '')
  const third = child.stdio[3]
  if (third instanceof Writable) third.on('error', () => {}).end(descriptor3)
  return child
}

/** Any free port, and only development mode has one without TLS. */
const defaults = (words: readonly string[]): Record<string, string> =>
  words.includes('--dev') ? { ...freePorts, KEYHAVEN_HTTP: '127.0.0.1:0' } : freePorts

// Every test of servers can be run with several workers.
const { KEYHAVEN_WORKERS = '1' } = process.env
const freePorts = { KEYHAVEN_HTTPS: '127.0.0.1:0', KEYHAVEN_AUDIT_RESERVE_BYTES: '0', KEYHAVEN_WORKERS }

function collect({ stdout, stderr }: ChildProcess): () => { stdout: string; stderr: string } {
  const texts = { stdout: '', stderr: '' }
  stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    texts.stdout += chunk
  })
  stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    texts.stderr += chunk
  })
  return () => ({ ...texts })
}
