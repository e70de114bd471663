import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { Command } from 'commander'
import { secretValueOf } from '../../sdk/secrets/secret-value.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError, ExitStatus } from '../failure.ts'
import { endedBy } from '../interrupt.ts'
import { parseSecretVariable, type SecretVariable } from '../secret/variable.ts'

/** `keyhaven run --secret app/db:password=DB_PASSWORD -- command` */
export function runCommand(): Command {
  return new Command('run')
    .description('run a command with secrets in its environment; its exit status is handed on')
    .requiredOption(
      '--secret <name[:member]=VARIABLE>',
      'a secret, or a member of its JSON value, repeatable',
      (text: string, before: readonly SecretVariable[] = []) => [...before, parseSecretVariable(text)],
    )
    .argument('<command...>', 'what to run, after --')
    .action(runWithSecrets)
}

async function runWithSecrets(
  [program = '', ...args]: readonly string[],
  { secret: variables }: { readonly secret: readonly SecretVariable[] },
  command: Command,
): Promise<void> {
  const context = contextOf(command)
  const secrets = await valuesOf(context, variables)
  // The program's own names win over nothing: whoever names a variable here wants it replaced.
  const child = spawn(program, args, { cwd: context.io.cwd, env: { ...context.io.env, ...secrets }, stdio: 'inherit' })
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

/** Each secret is asked for once, however many of its members are wanted. */
async function valuesOf(context: Context, variables: readonly SecretVariable[]): Promise<Record<string, string>> {
  const names = [...new Set(variables.map(({ secretName }) => secretName))]
  return context.withClient(async (client) => {
    const values = new Map(
      await Promise.all(
        names.map(
          async (secretName) => [secretName, secretValueOf(await client.getSecretValue({ secretName }))] as const,
        ),
      ),
    )
    return Object.fromEntries(
      variables.map(({ secretName, member, variable }) => {
        const value = values.get(secretName)
        const text = member === undefined ? value?.text : value?.member(member)
        return [variable, checked(text ?? '', secretName)]
      }),
    )
  })
}

/** The system's environment ends a text at its first null character. */
function checked(text: string, secretName: string): string {
  if (text.includes('\0')) throw new CliError('notText', `the secret ${secretName} cannot stand in the environment`)
  return text
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
