import { readFileSync } from 'node:fs'

/**
 * Microseconds of CPU that a process of this machine has spent with all its threads, in steps of ten milliseconds.
 *
 * @returns undefined where the system doesn't tell
 */
export function processCpu(pid: number): number | undefined {
  const text = statOf(pid)
  // the name of the program may hold anything, spaces and brackets too
  const [, , ...fields] = text?.slice(text.lastIndexOf(')')).split(' ') ?? []
  // user and system time; a clock tick of Linux is a hundredth of a second for every program
  const ticks = Number(fields[10]) + Number(fields[11])
  return Number.isNaN(ticks) ? undefined : ticks * 10_000
}

function statOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
}
