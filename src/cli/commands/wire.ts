import { Command } from 'commander'
import { type Operation, serviceCodes } from '../../api/operation.ts'
import { similar } from '../../server/config/similar.ts'
import { encodeText } from '../base64-text.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource } from '../files.ts'
import { operationHelp } from '../operation-help.ts'

/** `keyhaven kms <Operation> --Param value`: every operation as it is on the wire; `ram` and `sts` likewise. */
export function wireCommands(): readonly Command[] {
  return [wireCommand('kms'), wireCommand('ram'), wireCommand('sts')]
}

function wireCommand(program: 'kms' | 'ram' | 'sts'): Command {
  return new Command(program)
    .description('call any operation by its wire names, and print its answer as JSON')
    .argument('[operation]', 'such as Encrypt; without one, lists them')
    .argument('[parameters...]', '--Name value, repeated')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .addHelpText('after', valueHelp)
    .action(async (_operation, _parameters, _options, command: Command) => {
      const [name, ...rest] = command.args
      const context = contextOf(command)
      const { operations: all } = await import('../../api/operations.ts')
      const operations = all.filter(({ api }) => serviceCodes[api.product] === program)
      const isHelp = rest.includes('--help') || rest.includes('-h')
      if (name === undefined || name.startsWith('-')) {
        context.output.line(listed(operations))
        return
      }
      const operation = operations.find((candidate) => candidate.name === name)
      if (operation === undefined) throw unknownOperation(program, name, operations)
      if (isHelp) context.output.line(`${operationHelp(program, operation)}\n${valueHelp}`)
      else await call(context, program, operation, rest)
    })
}

const valueHelp = `
A value "-" is read from standard input, "@FILE" from a file, both as text without the last line break; so nothing
secret need stand on the command line. "base64@FILE" and "base64@-" take bytes and pass their Base64 text.
"@@text" means the text "@text". The answer is printed as the service wrote it.`

async function call(context: Context, program: string, operation: Operation, args: readonly string[]): Promise<void> {
  const parameters = await readParameters(context, args)
  const unknown = [...parameters.keys()].find((name) => !isParameter(operation, name))
  if (unknown !== undefined) throw unknownParameter(program, operation, unknown)
  const { api, name: action, idempotent } = operation
  await context.withClient(async (client) => {
    const { body } = await client.call({ api, action, parameters, idempotent })
    context.output.asWritten(body)
  })
}

/** Parts of lists and maps stand after a dot; `ExtendedConfig.CustomData` has one in its own name. */
const isParameter = ({ request }: Operation, name: string): boolean =>
  Object.keys(request).some((known) => name === known || name.startsWith(`${known}.`))

function unknownParameter(program: string, { name, request }: Operation, unknown: string): CliError {
  const meant = similar(unknown, Object.keys(request))
  const advice = meant === undefined ? `see "keyhaven ${program} ${name} --help"` : `did you mean ${meant}?`
  return new CliError('unknownParameter', `${name} has no parameter ${unknown}; ${advice}`)
}

/** Reads `--Name value` and `--Name=value`. */
async function readParameters(context: Context, args: readonly string[]): Promise<Map<string, string>> {
  const parameters = new Map<string, string>()
  for (let index = 0; index < args.length; index++) {
    const [, name, attached] = /^--([A-Za-z][\w.]*)(?:=([\s\S]*))?$/.exec(args[index] ?? '') ?? []
    if (name === undefined) throw new CliError('usage', `"${args[index]}" is not a parameter: write --Name value`)
    const value = attached ?? args[++index]
    if (value === undefined) throw new CliError('usage', `--${name} needs a value`)
    if (parameters.has(name)) throw new CliError('usage', `--${name} is given twice`)
    parameters.set(name, await readValue(context, value))
  }
  return parameters
}

async function readValue(context: Context, given: string): Promise<string> {
  if (given.startsWith('@@')) return given.slice(1)
  if (given.startsWith('base64@')) return encodeText(await readValueOf(context, given.slice('base64@'.length)))
  const source = given === '-' ? '-' : given.startsWith('@') ? given.slice(1) : undefined
  if (source === undefined) return given
  return Buffer.from(await readValueOf(context, source))
    .toString('utf8')
    .replace(/\r?\n$/, '')
}

/** No server takes a longer request. */
const longestValue = 16 * 2 ** 20

const readValueOf = (context: Context, source: string): Promise<Uint8Array> =>
  readSource(
    context,
    source,
    longestValue,
    () => new CliError('tooLarge', `${source} is longer than the ${longestValue} bytes that a request may have`),
  )

const listed = (operations: readonly Operation[]): string =>
  operations.map(({ name, doc }) => `${name.padEnd(34)} ${doc}`).join('\n')

function unknownOperation(program: string, name: string, operations: readonly Operation[]): CliError {
  const meant = similar(
    name,
    operations.map((operation) => operation.name),
  )
  return new CliError(
    'unknownOperation',
    meant === undefined
      ? `there is no operation ${name}; "keyhaven ${program}" lists them`
      : `there is no operation ${name}; did you mean ${meant}?`,
  )
}
