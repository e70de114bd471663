import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { contextOf, dataFolderOf } from '../context.ts'

/** `keyhaven seal|unseal|status|trust-clock`: an operator's word to the server that runs on a data folder. */
export function sealCommands(): Command[] {
  return [
    new Command('status').description('show the state of the server that runs here').action(status),
    new Command('seal').description('make the server forget all keys, at once').action(seal),
    new Command('unseal')
      .description('give the server its root secret: asked for, or the first line of standard input')
      .option('--passphrase-file <file>', 'take the first line of this file')
      .action(unseal),
    new Command('trust-clock').description('confirm the clock after it has jumped').action(trustClock),
  ]
}

const status = (_options: object, command: Command): Promise<void> => ask(command, { command: 'status' })
const seal = (_options: object, command: Command): Promise<void> => ask(command, { command: 'seal' })
const trustClock = (_options: object, command: Command): Promise<void> => ask(command, { command: 'trust-clock' })

async function unseal(options: { readonly passphraseFile?: string }, command: Command): Promise<void> {
  const { readSecret } = await import('../../server/operator/prompt.ts')
  const { firstLineOf } = await import('../../server/root-secret.ts')
  const { path } = contextOf(command)
  const { passphraseFile } = options
  const secret =
    passphraseFile === undefined
      ? await readSecret('Passphrase: ')
      : firstLineOf(readFileSync(path(passphraseFile), 'utf8'))
  await ask(command, { command: 'unseal', secret })
}

async function ask(command: Command, request: { command: string; secret?: string }): Promise<void> {
  const { output } = contextOf(command)
  const { askOperator } = await import('../../server/operator/client.ts')
  const answer = await askOperator(dataFolderOf(command), request)
  const shown = Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, String(value)]))
  output.record(shown, answer)
}
