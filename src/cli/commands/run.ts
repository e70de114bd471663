import { Command } from 'commander'
import { secretValueOf } from '../../sdk/secrets/secret-value.ts'
import { runChild } from '../child.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
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
  words: readonly string[],
  { secret: variables }: { readonly secret: readonly SecretVariable[] },
  command: Command,
): Promise<void> {
  const context = contextOf(command)
  const secrets = await valuesOf(context, variables)
  await runChild(context.io, words, secrets)
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
