import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Contender, contenders, type Files, isInstalled, ours, type Run, runOnce } from './envelope/contenders.ts'
import { generate, sha256 } from './envelope/generate.ts'
import { machine, type Row, type RowSettings, type Spread, spread } from './measure.ts'

const gibibyte = 2 ** 30

/**
 * `npm run bench envelope` compares encryption of one file with what else is installed, in memory where the system has a
 * file system there, in interleaved rounds.
 *
 * `--gib 4` size of the file, 1 unless given; `--rounds 5`; `--only encrypt,copy` contenders by parts of their names; `--folder DIR` another
 * place; `--large` instead: a file of 5 GiB goes to an
 * envelope and back, with its hash compared and the peak memory told.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      gib: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
      folder: { type: 'string' },
      large: { type: 'boolean', default: false },
    },
  })
  const needed = values.large ? 16 : 4 * Number(values.gib)
  const folder = mkdtempSync(join(values.folder ?? memoryFolder(needed * gibibyte), 'keyhaven-bench-'))
  console.log(`${machine()}\nfiles in ${folder}`)
  try {
    await (values.large
      ? large(folder)
      : compare(folder, Number(values.gib) * gibibyte, Number(values.rounds), values.only.split(',')))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Disks differ; memory shows what the programs themselves take. */
function memoryFolder(bytes: number): string {
  if (!existsSync('/dev/shm')) return tmpdir()
  const { bavail, bsize } = statfsSync('/dev/shm')
  return bavail * bsize > bytes ? '/dev/shm' : tmpdir()
}

export async function rows({ isQuick }: RowSettings): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(memoryFolder(4 * gibibyte), 'keyhaven-bench-'))
  try {
    const names = ['keyhaven encrypt, ', 'keyhaven decrypt, ', 'age ', 'cp']
    const runs = runInTurns(folder, isQuick ? gibibyte / 32 : gibibyte, isQuick ? 1 : 5, names)
    const runsOf = (name: string): readonly Run[] => [...runs].find(([contender]) => contender.name === name)?.[1] ?? []
    return [...['encrypt', 'decrypt'].flatMap((way) => rowsOf(way, runsOf)), smallFilesRow(folder, isQuick)]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function rowsOf(way: string, runsOf: (name: string) => readonly Run[]): readonly Row[] {
  const [one, two] = [runsOf(`keyhaven ${way}, 1 thread`), runsOf(`keyhaven ${way}, 2 threads`)]
  const [age, copy] = [runsOf(`age ${way}`), runsOf('cp')]
  const cpu = ({ cpuSeconds = Number.NaN }: Run): number => cpuSeconds
  const time = ({ seconds }: Run): number => seconds
  const row = (name: string, found: Spread | undefined, aim: string, unit = ''): readonly Row[] =>
    found
      ? [{ name: `${way}: ${name}`, ratio: found.median, spread: found, aim, unit, command: 'npm run bench envelope' }]
      : []
  const peak = spread(two.map(({ peakMebibytes = Number.NaN }) => peakMebibytes))
  return [
    ...row('CPU of age ÷ ours, 1 thread', ratioOf(age, one, cpu), '≥ 1.3'),
    ...row('CPU of age ÷ ours, 2 threads', ratioOf(age, two, cpu), '≥ 1.3'),
    ...row('time of age ÷ ours, 2 threads', ratioOf(age, two, time), '≥ 1.8'),
    ...row('CPU of 1 thread ÷ that of cp', ratioOf(one, copy, cpu), '≤ 2'),
    ...row('most memory, 2 threads', peak, '≤ 256 MiB', ' MiB'),
  ]
}

/** Files that cost by their number: opened, made durable and named. */
function smallFilesRow(folder: string, isQuick: boolean): Row {
  const [files, rounds] = isQuick ? [100, 1] : [10_000, 3]
  const [source, target] = [join(folder, 'small'), join(folder, 'small-sealed')]
  mkdirSync(source)
  for (let file = 0; file < files; file++) writeFileSync(join(source, `${file}.bin`), randomBytes(4096))
  const found = spread(
    Array.from({ length: rounds }, () => {
      rmSync(target, { recursive: true, force: true })
      mkdirSync(target)
      const { cpuSeconds = Number.NaN } = runOnce(ours('small files', 'encrypt-files', 2, source, target))
      return (cpuSeconds * 1000) / files
    }),
  )
  const name = `encrypt: CPU for each of ${files} files of 4 KiB, under one data key cache`
  return { name, ratio: found.median, spread: found, aim: '≤ 1 ms', unit: ' ms', command: 'npm run bench envelope' }
}

/** In each round; undefined when one of the two was not measured. */
function ratioOf(above: readonly Run[], below: readonly Run[], of: (run: Run) => number): Spread | undefined {
  const ratios = above.flatMap((run, round) => {
    const other = below[round]
    return other ? [of(run) / of(other)] : []
  })
  return ratios.length > 0 && !ratios.some(Number.isNaN) ? spread(ratios) : undefined
}

async function compare(folder: string, bytes: number, rounds: number, only: readonly string[]): Promise<void> {
  const runs = runInTurns(folder, bytes, rounds, only)
  console.log(`one file of ${(bytes / gibibyte).toFixed(1)} GiB, ${rounds} rounds, whole processes\n`)
  for (const [{ name }, results] of runs) print(name, results, bytes)
  const runsOf = (name: string): readonly Run[] | undefined =>
    [...runs].find(([contender]) => contender.name === name)?.[1]
  console.log('\nmedians:')
  printRatios((name) => medianRate(runsOf(name), bytes))
  console.log('\nbest rounds, which a busy machine disturbs least:')
  printRatios((name) => bestRate(runsOf(name), bytes))
}

/** @param only - parts of the names of those that run */
function runInTurns(
  folder: string,
  bytes: number,
  rounds: number,
  only: readonly string[],
): ReadonlyMap<Contender, readonly Run[]> {
  const files = filesIn(folder)
  generate(files.plain, bytes, { withHoles: false })
  const recipient = ['age', 'age-keygen'].every(isInstalled) ? ageRecipient(files.ageIdentity) : undefined
  const all = contenders(files, recipient)
  prepare(all, files, recipient)
  const chosen = all.filter(({ name }) => only.some((part) => name.includes(part)))
  const runs = new Map<Contender, Run[]>(chosen.map((contender) => [contender, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of round % 2 === 0 ? chosen : chosen.toReversed()) {
      rmSync(files.target, { force: true })
      runs.get(contender)?.push(runOnce(contender))
    }
  }
  return runs
}

/** The sealed files that the decrypting contenders read. */
function prepare(all: readonly Contender[], files: Files, recipient: string | undefined): void {
  const [encrypt] = all
  if (encrypt) runOnce({ ...encrypt, command: encrypt.command.with(-1, files.sealed) })
  if (recipient !== undefined) execFileSync('age', ['-r', recipient, '-o', files.ageSealed, files.plain])
}

function filesIn(folder: string): Files {
  const at = (name: string): string => join(folder, name)
  return {
    plain: at('plain'),
    sealed: at('sealed'),
    ageSealed: at('sealed.age'),
    ageIdentity: at('age-identity'),
    target: at('target'),
  }
}

function ageRecipient(identityFile: string): string {
  execFileSync('age-keygen', ['-o', identityFile], { stdio: 'ignore' })
  return execFileSync('age-keygen', ['-y', identityFile]).toString().trim()
}

function medianRate(runs: readonly Run[] | undefined, bytes: number): number | undefined {
  if (!runs || runs.length === 0) return undefined
  const sorted = runs.map(({ seconds }) => bytes / 1e9 / seconds).sort((a, b) => a - b)
  return sorted[sorted.length >> 1]
}

function bestRate(runs: readonly Run[] | undefined, bytes: number): number | undefined {
  return runs && Math.max(...runs.map(({ seconds }) => bytes / 1e9 / seconds))
}

function print(name: string, runs: readonly Run[], bytes: number): void {
  const rates = runs.map(({ seconds }) => bytes / 1e9 / seconds)
  const cpu = Math.min(...runs.map(({ cpuSeconds }) => cpuSeconds ?? Number.NaN))
  const peak = Math.max(...runs.map(({ peakMebibytes }) => peakMebibytes ?? Number.NaN))
  const text = `${name.padEnd(30)} ${(medianRate(runs, bytes) ?? Number.NaN).toFixed(2)} GB/s (${Math.min(...rates).toFixed(2)} to ${Math.max(...rates).toFixed(2)})`
  console.log(Number.isNaN(cpu) ? text : `${text}  CPU ${cpu.toFixed(1)} s  peak ${peak.toFixed(0)} MiB`)
}

/** Only of what was measured: peers may be missing and contenders left out. */
function printRatios(rate: (name: string) => number | undefined): void {
  for (const way of ['encrypt', 'decrypt']) {
    for (const [peer, name] of [
      [`age ${way}`, 'age'],
      ['Node plain copy', 'a plain Node copy'],
    ] as const) {
      const theirs = rate(peer)
      const ratios = ['1 thread', '2 threads'].flatMap((threads) => {
        const ours = rate(`keyhaven ${way}, ${threads}`)
        return ours === undefined || theirs === undefined ? [] : [`${(ours / theirs).toFixed(2)} × (${threads})`]
      })
      if (ratios.length > 0) console.log(`${way} against ${name}: ${ratios.join(', ')}`)
    }
  }
}

async function large(folder: string): Promise<void> {
  const files = filesIn(folder)
  generate(files.plain, 5 * gibibyte, { withHoles: true })
  const before = await sha256(files.plain)
  const [encrypt, decrypt] = ['encrypt', 'decrypt'].map((way) =>
    contenders(files, undefined).find(({ name }) => name === `keyhaven ${way}, 2 threads`),
  )
  if (!encrypt || !decrypt) throw new Error('the contenders are missing')
  const sealing = runOnce({ ...encrypt, command: encrypt.command.with(-1, files.sealed) })
  print('encrypt 5 GiB with holes', [sealing], 5 * gibibyte)
  print('decrypt', [runOnce(decrypt)], 5 * gibibyte)
  const after = await sha256(files.target)
  console.log(`${statSync(files.sealed).size} bytes of envelope; SHA-256 before ${before}, after ${after}`)
  if (before !== after) throw new Error('what came back is not what went in')
}
