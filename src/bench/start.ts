import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processCpu } from '../load/process-cpu.ts'
import { machine, printRow, type Row, spread } from './measure.ts'

/**
 * What it takes in CPU until a server says that it is ready, on a data directory that exists, and what commands take, each
 * in turn with a Node that does next to nothing: by the bundle if there is one of these sources, and by the sources.
 *
 *     npm run bench start
 */
export async function run(): Promise<void> {
  console.log(`${machine()}\n`)
  for (const row of await rows()) printRow(row)
}

const command = 'npm run bench start'
const root = join(import.meta.dirname, '../..')
const rounds = 15
const environment = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  KEYHAVEN_HTTPS: '127.0.0.1:0',
  KEYHAVEN_HTTP: '127.0.0.1:0',
}

const bareServer = "for (const name of ['http', 'https', 'tls', 'sqlite']) require('node:' + name)"

export async function rows(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-bench-'))
  try {
    const rows: Row[] = []
    const programs = { '': join(root, 'bin/keyhaven.js'), ', sources': sourcesAlone(folder) }
    for (const [suffix, program] of Object.entries(programs))
      rows.push(...(await rowsOf({ program, suffix, data: join(folder, 'data'), clock: stopwatch(folder) })))
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A clone in which nothing was built. */
function sourcesAlone(folder: string): string {
  const clone = join(folder, 'clone')
  for (const part of ['bin', 'src', 'package.json']) cpSync(join(root, part), join(clone, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'))
  return join(clone, 'bin/keyhaven.js')
}

type Stopwatch = (...args: readonly string[]) => Promise<number>

interface Measured {
  readonly program: string
  /** of the names of the rows */
  readonly suffix: string
  readonly data: string
  readonly clock: Stopwatch
}

async function rowsOf(measured: Measured): Promise<readonly Row[]> {
  // makes the data directory, and fills the compile cache
  await stopped((await started(measured)).child)
  return [await serverRow(measured), await callRow(measured), await versionRow(measured)]
}

async function serverRow(measured: Measured): Promise<Row> {
  const { suffix, clock } = measured
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const bare = await clock('--eval', bareServer)
    const { child, cpuMs } = await started(measured)
    await stopped(child)
    ratios.push(cpuMs / (1.5 * bare + 150))
  }
  return row(`server ready${suffix}, CPU ÷ (1.5 × node with http, https, tls, sqlite + 150 ms)`, ratios, '≤ 1')
}

async function callRow(measured: Measured): Promise<Row> {
  const { program, suffix, data, clock } = measured
  const { child } = await started(measured)
  try {
    await clock(program, 'key', 'create', '--data', data)
    return await commandRow(`one call (kms DescribeAccountKmsStatus)${suffix}`, '≤ 4', clock, [
      ...[program, 'kms', 'DescribeAccountKmsStatus', '--data', data],
    ])
  } finally {
    await stopped(child)
  }
}

const versionRow = ({ program, suffix, clock }: Measured): Promise<Row> =>
  commandRow(`keyhaven --version${suffix}`, '≤ 2', clock, [program, '--version'])

async function commandRow(name: string, aim: string, clock: Stopwatch, args: readonly string[]): Promise<Row> {
  await clock(...args)
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const bare = await clock('--eval', '0')
    ratios.push((await clock(...args)) / bare)
  }
  return row(`${name}, CPU ÷ node -e 0`, ratios, aim)
}

function row(name: string, ratios: readonly number[], aim: string): Row {
  const found = spread(ratios)
  return { name, ratio: found.median, spread: found, aim, command }
}

/** Milliseconds of CPU that a run of Node with these arguments takes; it says so itself in the end. */
function stopwatch(folder: string): Stopwatch {
  const [preloaded, told] = [join(folder, 'told.cjs'), join(folder, 'told')]
  const code = `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(told)}, JSON.stringify(process.cpuUsage())))`
  writeFileSync(preloaded, code)
  return async (...args) => {
    const child = spawn(process.execPath, ['--require', preloaded, ...args], { env: environment, stdio: 'ignore' })
    const [status] = await once(child, 'exit')
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`)
    const { user, system } = JSON.parse(readFileSync(told, 'utf8')) as NodeJS.CpuUsage
    return (user + system) / 1000
  }
}

async function started({ program, data }: Measured): Promise<{ readonly child: ChildProcess; readonly cpuMs: number }> {
  const child = spawn(process.execPath, [program, 'server', '--dev', '--data', data], {
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  for await (const chunk of child.stdout) if (String(chunk).includes('Keyhaven is ready')) break
  return { child, cpuMs: (processCpu(child.pid ?? 0) ?? Number.NaN) / 1000 }
}

async function stopped(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const [status] = await ended
  if (status !== 0) throw new Error(`the server ended with ${status}`)
}
