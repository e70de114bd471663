import { constants } from 'node:os'
import { ExitStatus, failureLine } from './failure.ts'
import type { Io } from './io.ts'

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs `work` with a signal that Ctrl-C and a polite kill fire, so that what is unfinished is put away before the program
 * ends. It then ends as whatever the signal ends, even if the work was done in that moment: a shell's loop stops. A second
 * Ctrl-C ends it at once.
 *
 * @throws ExitStatus 128 and the signal's number
 */
export async function interruptible<Value>(io: Io, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const controller = new AbortController()
  let caught: NodeJS.Signals | undefined
  const forget = (): void => {
    for (const name of names) process.off(name, stop)
  }
  const stop = (name: NodeJS.Signals): void => {
    caught = name
    forget()
    controller.abort()
  }
  for (const name of names) process.on(name, stop)
  try {
    const value = await work(controller.signal)
    if (caught === undefined) return value
  } catch (error) {
    if (caught === undefined) throw error
    io.stderr.write(`keyhaven: ${failureLine(error)}\n`)
  } finally {
    forget()
  }
  throw endedBy(caught)
}

/** Resolves when the signal fires: for programs that run until they are stopped. */
export function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

let ending: NodeJS.Signals | undefined

/** How a command ends that a signal to this process ended. */
export function endedBy(signal: NodeJS.Signals): ExitStatus {
  ending = signal
  return new ExitStatus(128 + constants.signals[signal])
}

/**
 * Ends the process with the status of a command. What a signal ended is ended by it once more: only so does the shell that
 * waits know, whose loop goes on after a mere status of 130.
 */
export function endWith(status: number): void {
  if (ending === undefined || process.platform === 'win32') process.exitCode = status
  else process.kill(process.pid, ending)
}
