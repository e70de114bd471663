import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { CliError, ExitStatus } from './failure.ts'
import { endedBy } from './interrupt.ts'
import type { Io } from './io.ts'

/**
 * Runs another program to its end, with more in its environment. Its names win: whoever names a variable wants it
 * replaced.
 *
 * @throws ExitStatus with its status, unless that is 0; CliError `notRun`
 */
export async function runChild(
  { cwd, env }: Io,
  [program = '', ...args]: readonly string[],
  more: Readonly<Record<string, string>>,
): Promise<void> {
  const child = spawn(program, args, { cwd, env: { ...env, ...more }, stdio: 'inherit' })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
  // A terminal sends its signals to both; the program decides what becomes of them.
  const received = new Set<NodeJS.Signals>()
  const forward = (signal: NodeJS.Signals): void => {
    received.add(signal)
    if (!process.stdin.isTTY) child.kill(signal)
  }
  for (const name of signals) process.on(name, forward)
  try {
    const exit = await exitOf(child, program)
    if (exit.signal !== null && received.has(exit.signal)) throw endedBy(exit.signal)
    const status = statusOf(exit)
    if (status !== 0) throw new ExitStatus(status)
  } finally {
    for (const name of signals) process.off(name, forward)
  }
}

interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

async function exitOf(child: ReturnType<typeof spawn>, program: string): Promise<Exit> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [Exit['code'], Exit['signal']]
    return { code, signal }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new CliError('notRun', `${program} cannot be run (${code ?? 'unknown reason'})`, error)
  }
}

/** As shells have it: a program that a signal ended has 128 and the signal's number. */
const statusOf = ({ code, signal }: Exit): number => code ?? 128 + (signal === null ? 0 : constants.signals[signal])
