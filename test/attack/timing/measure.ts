import { randomBytes } from 'node:crypto'

/** One thing whose time must not tell which of two classes its secret is from. */
export interface TimingCase {
  readonly name: string
  /** where it is, from src/ */
  readonly source: string
  /** what differs between the classes */
  readonly classes: string
  /** calls that are timed as one, for what is over sooner than the clock ticks */
  readonly callsPerSample?: number
  /** makes a call of a class, with everything prepared; only the call itself is timed */
  prepare(isSecond: boolean): () => unknown
}

/** Inputs of each class, so that no class has caches or memory to itself. */
const inputs = 256
/** Shares of the fastest samples that are looked at; the slowest are the machine's doing. */
const shares = [1, 0.95, 0.8, 0.5]

/**
 * Welch's t between the times of the two classes (Reparaz, Balasch, Verbauwhede: "Dude, is my code constant time?"),
 * the classes in random order. Above 4.5 a difference is likely, above 10 certain.
 *
 * @returns the greatest |t| over several cuts
 */
export function timingT({ prepare, callsPerSample = 1 }: TimingCase, samples: number): number {
  // By turns, so that neither class has older memory or memory of its own.
  const calls = Array.from({ length: 2 * inputs }, (_, index) => prepare((index & 1) === 1))
  const measure = (choice: number): [number, number] => {
    const call = calls[choice]
    return [choice & 1, call === undefined ? 0 : duration(call, callsPerSample)]
  }
  for (const choice of choices(Math.min(samples, 5000))) measure(choice)
  const times: [number[], number[]] = [[], []]
  for (const choice of choices(samples)) {
    const [which, time] = measure(choice)
    times[which === 0 ? 0 : 1].push(time)
  }
  const sorted = times.flat().toSorted((a, b) => a - b)
  return Math.max(...shares.map((share) => Math.abs(welch(times, sorted[Math.ceil(sorted.length * share) - 1] ?? 0))))
}

function duration(call: () => unknown, times: number): number {
  const start = process.hrtime.bigint()
  for (let index = 0; index < times; index++) call()
  return Number(process.hrtime.bigint() - start)
}

/** Class and input of each sample, drawn beforehand. */
function choices(samples: number): Uint16Array {
  const drawn = randomBytes(2 * samples)
  return new Uint16Array(drawn.buffer, drawn.byteOffset, samples).map((choice) => choice % (2 * inputs))
}

function welch(classes: readonly (readonly number[])[], longest: number): number {
  const [a, b] = classes.map((times) => statistics(times.filter((time) => time <= longest)))
  if (a === undefined || b === undefined) return Number.NaN
  return (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count)
}

function statistics(times: readonly number[]): { count: number; mean: number; variance: number } {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length
  const variance = times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (times.length - 1)
  return { count: times.length, mean, variance }
}
