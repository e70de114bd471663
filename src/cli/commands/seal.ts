import { Command } from 'commander'
import type { OperatorRequest } from '../../server/operator/socket.ts'
import { contextOf, dataFolderOf } from '../context.ts'

/** `keyhaven seal|unseal|status|trust-clock`: an operator's word to the server that runs on a data folder. */
export function sealCommands(): Command[] {
  return [
    new Command('status').description('show the state of the server that runs here').action(status),
    new Command('seal').description('make the server forget all keys, at once').action(seal),
    new Command('unseal')
      .description(
        'give the server its root secret, or one share of it: asked for, or the first line of standard input',
      )
      .option('--passphrase-file <file>', 'take the first line of this file')
      .option('--seal-file <file>', 'take this seal file, instead of that of the server')
      .option('--shares-file <file>', 'take the shares in this file, one a line')
      .option('--reset', 'drop the shares that were given so far')
      .action(unseal),
    new Command('trust-clock').description('confirm the clock after it has jumped').action(trustClock),
  ]
}

const status = (_options: object, command: Command): Promise<void> => ask(command, { command: 'status' })
const seal = (_options: object, command: Command): Promise<void> => ask(command, { command: 'seal' })
const trustClock = (_options: object, command: Command): Promise<void> => ask(command, { command: 'trust-clock' })

interface UnsealOptions {
  readonly passphraseFile?: string
  readonly sealFile?: string
  readonly sharesFile?: string
  readonly reset?: boolean
}

async function unseal(options: UnsealOptions, command: Command): Promise<void> {
  if (options.reset) return ask(command, { command: 'unseal', reset: true })
  const secret = await secretToUnseal(options, command)
  await ask(command, { command: 'unseal', ...(secret === undefined ? {} : { secret }) })
}

/** @returns undefined when the server has what it takes */
async function secretToUnseal(
  { passphraseFile, sealFile, sharesFile }: UnsealOptions,
  command: Command,
): Promise<string | undefined> {
  const { path } = contextOf(command)
  const whole = (file: string | undefined) => (file === undefined ? undefined : path(file))
  const data = dataFolderOf(command)
  const { configuredSecret } = await import('../../server/root-key/root-secret.ts')
  const files = { passphraseFile: whole(passphraseFile), sealFile: whole(sealFile), sharesFile: whole(sharesFile) }
  const given = await configuredSecret({ data, ...files }, {})
  if (given) return given.secret
  const { isFiledSeal } = await import('../../seals/seal-file.ts')
  const { askOperator } = await import('../../server/operator/client.ts')
  const { state, seal: kind } = await askOperator(data, { command: 'status' })
  if (state !== 'sealed' || isFiledSeal(String(kind))) return undefined
  const { readSecret } = await import('../../server/operator/prompt.ts')
  return readSecret(kind === 'shamir' ? 'Share: ' : 'Passphrase: ')
}

async function ask(command: Command, request: OperatorRequest): Promise<void> {
  const { output } = contextOf(command)
  const { askOperator } = await import('../../server/operator/client.ts')
  const answer = await askOperator(dataFolderOf(command), request)
  const shown = Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, String(value)]))
  output.record(shown, answer)
}
