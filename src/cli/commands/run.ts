import { Command } from 'commander'
import { secretValueOf } from '../../sdk/secrets/secret-value.ts'
import { runChild } from '../child.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { parseSecretVariable, type SecretVariable } from '../secret/variable.ts'
import { serverHere } from '../server-here.ts'

interface RunOptions {
  readonly secret?: readonly SecretVariable[]
  readonly direct?: string
}

/** `keyhaven run -- program`, and `keyhaven run --secret app/db:password=DB_PASSWORD -- command` */
export function runCommand(): Command {
  return new Command('run')
    .description(
      'run a program for which the development server here is the cloud; with --secret instead, a command with secrets in its environment. Its exit status is handed on',
    )
    .option(
      '--secret <name[:member]=VARIABLE>',
      'a secret, or a member of its JSON value, repeatable; nothing else is changed for the command then',
      (text: string, before: readonly SecretVariable[] = []) => [...before, parseSecretVariable(text)],
    )
    .option('--direct <hosts>', 'hosts that the program may reach besides the server, with commas between them')
    .argument('<command...>', 'what to run, after --')
    .action(run)
}

async function run(words: readonly string[], { secret, direct }: RunOptions, command: Command): Promise<void> {
  const context = contextOf(command)
  if (secret === undefined) {
    const { asCloud, directHosts } = await import('../as-cloud/as-cloud.ts')
    await runChild(context.io, words, asCloud(serverHere(command), context.io.env, directHosts(direct)))
    return
  }
  if (direct !== undefined) throw new CliError('usage', '--direct is for programs without --secret')
  await runChild(context.io, words, await valuesOf(context, secret))
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
