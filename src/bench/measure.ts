import { existsSync, readFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'

/** One line about where figures come from; without it they mean nothing. */
export function machine(): string {
  const processors = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  return `${processors.length} × ${processors[0]?.model ?? 'unknown processor'}, ${memory}, ${type()} ${release()}, Node ${process.version}`
}

export interface Measurement {
  readonly perRound: number
  readonly rounds: number
  /** calls under way at once; 1 unless given */
  readonly concurrency?: number
}

export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/**
 * Microseconds that one call takes, over rounds of many calls each; the first two rounds only warm up. CPU time counts
 * all threads of the process.
 *
 * @param prepare - makes the inputs of a round, outside the measured time
 */
export async function measure<Input>(
  prepare: (count: number) => readonly Input[],
  work: (input: Input) => unknown,
  { perRound, rounds, concurrency = 1 }: Measurement,
): Promise<{ wall: Spread; cpu: Spread }> {
  const wall: number[] = []
  const cpu: number[] = []
  for (let round = -2; round < rounds; round++) {
    const inputs = prepare(perRound).values()
    const before = process.cpuUsage()
    const started = performance.now()
    const worker = async (): Promise<void> => {
      for (const input of inputs) await work(input)
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
    if (round < 0) continue
    wall.push(((performance.now() - started) * 1000) / perRound)
    const { user, system } = process.cpuUsage(before)
    cpu.push((user + system) / perRound)
  }
  return { wall: spread(wall), cpu: spread(cpu) }
}

/** One line of the tables of `npm run bench`: a bench that exports a function `rows` has one there. */
export interface Row {
  readonly name: string
  /** of two figures of one run: the median of `spread` */
  readonly ratio: number
  /** behind the number, such as ` MiB`; none of a ratio */
  readonly unit?: string
  readonly spread: Spread
  /** such as `≤ 1.5` */
  readonly aim: string
  /** what to type to see it again */
  readonly command: string
}

export interface RowSettings {
  /** so few and short rounds that the numbers mean little: to see that everything runs */
  readonly isQuick: boolean
}

/** One of two kinds of work that are compared: inputs made outside the measured time, and what is done with each. */
export interface Contender<Input> {
  readonly prepare: (count: number) => readonly Input[]
  readonly work: (input: Input) => unknown
}

/**
 * How many times the CPU time of one kind of work another takes. The two take turns, round by round, since a machine
 * that others use too is faster at one time than at another; the first two rounds only warm up.
 */
export async function compare<Input>(
  base: Contender<Input>,
  other: Contender<Input>,
  { perRound, rounds }: Pick<Measurement, 'perRound' | 'rounds'>,
): Promise<Spread> {
  const ratios: number[] = []
  for (let round = -2; round < rounds; round++) {
    const isReversed = round % 2 !== 0
    const [first, second] = isReversed ? [other, base] : [base, other]
    const [a, b] = [await cpuOf(first, perRound), await cpuOf(second, perRound)]
    if (round >= 0) ratios.push(isReversed ? a / b : b / a)
  }
  return spread(ratios)
}

async function cpuOf<Input>({ prepare, work }: Contender<Input>, count: number): Promise<number> {
  const inputs = prepare(count)
  const before = process.cpuUsage()
  for (const input of inputs) await work(input)
  const { user, system } = process.cpuUsage(before)
  return user + system
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number): number => sorted[index] ?? Number.NaN
  return { min: at(0), median: at(sorted.length >> 1), max: at(sorted.length - 1) }
}

const digits = (value: number): string => value.toFixed(1).padStart(8)

export function printSpread(label: string, { wall, cpu }: { wall: Spread; cpu: Spread }): void {
  const of = (name: string, { min, median, max }: Spread): string =>
    `${name} min ${digits(min)}  median ${digits(median)}  max ${digits(max)} µs`
  console.log(`${label.padEnd(34)} ${of('wall', wall)}   ${of('CPU', cpu)}`)
}

export function printRatio(label: string, { min, median, max }: Spread): void {
  const of = (value: number): string => value.toFixed(2)
  console.log(`${label.padEnd(52)} CPU min ${of(min)}  median ${of(median)}  max ${of(max)}`)
}

/** One that was measured, as all are printed. */
export function printRow({ name, ratio, spread: { min, max }, aim, unit = '' }: Row): void {
  console.log(`${name.padEnd(72)} ${ratio.toFixed(2)}${unit} (${min.toFixed(2)}–${max.toFixed(2)})  aim ${aim}`)
}

/**
 * Microseconds of CPU of all processes that this one started and that have ended, in steps of ten milliseconds; NaN where
 * the system does not tell.
 */
export function childrenCpu(): number {
  if (!existsSync('/proc/self/stat')) return Number.NaN
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[13]) + Number(fields[14])) * 10_000
}
