import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Command, Option } from 'commander'
import { type ResponseForm, responseForms } from '../agent/answers.ts'
import { holdSecrets } from '../agent/held-secrets.ts'
import { agentServer } from '../agent/service.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError, failureLine } from '../failure.ts'
import { readSource, writeTarget } from '../files.ts'
import { interruptible, stopped } from '../interrupt.ts'
import { parseListenAddress, urlOf } from '../metadata/service.ts'

interface Options {
  readonly listen: string
  readonly tokenFile: string
  readonly response: ResponseForm
  readonly ttl: number
  readonly stale: number
  readonly connections: number
}

/** `keyhaven agent`: programs of any language read secrets with a plain HTTP request to this machine. */
export function agentCommand(): Command {
  return new Command('agent')
    .description('a local cache of secrets that speaks as the official KMS Agent does; runs until stopped')
    .option('--listen <address>', '127.0.0.1:port', '127.0.0.1:2025')
    .option(
      '--token-file <file>',
      'file with the token that programs have to show; made if it is not there',
      'kmstoken',
    )
    .addOption(
      new Option('--response <form>', 'form of the answers: of KMS, AWS Secrets Manager or Vault')
        .choices([...responseForms])
        .default('kms'),
    )
    .option('--ttl <seconds>', 'how long a value is served without asking again', Number, 300)
    .option('--stale <seconds>', 'how long beyond that while the service cannot be asked; 0 for never', Number, 86_400)
    .option('--connections <n>', 'connections at one moment', Number, 800)
    .action(agent)
}

async function agent(options: Options, command: Command): Promise<void> {
  const context = contextOf(command)
  const { io, output } = context
  const { host, port } = listenAddress(options.listen)
  const token = await tokenOf(context, options.tokenFile)
  await context.withClient(async (client) => {
    using secrets = holdSecrets(client, {
      ttlSeconds: options.ttl,
      staleSeconds: options.stale,
      onError: (name, error) => void io.stderr.write(`keyhaven: secret ${name}: ${failureLine(error)}\n`),
    })
    const server = agentServer({ secrets, form: options.response, token, maxConnections: options.connections })
    server.listen(port, host)
    await once(server, 'listening')
    const url = urlOf(host, (server.address() as AddressInfo).port)
    output.record({ Agent: url, 'Token file': options.tokenFile }, { url, tokenFile: options.tokenFile })
    try {
      await interruptible(io, stopped)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
}

/**
 * The token from KMS_TOKEN, which may be `file://…` as the official agent has it, else from the file. A file that is not
 * there is made, readable for its owner alone.
 */
async function tokenOf(context: Context, tokenFile: string): Promise<string> {
  const given = context.io.env.KMS_TOKEN
  if (given && !given.startsWith('file://')) return given
  const file = given ? given.slice('file://'.length) : tokenFile
  const token = (await readToken(context, file)) ?? (await newToken(context, file))
  if (token === '') throw new CliError('empty', `${file} holds no token`)
  return token
}

const longestToken = 4096

async function readToken(context: Context, file: string): Promise<string | undefined> {
  try {
    const tooLong = () => new CliError('tooLarge', `${file} is no token: it is longer than ${longestToken} bytes`)
    return Buffer.from(await readSource(context, file, longestToken, tooLong))
      .toString('utf8')
      .trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function newToken(context: Context, file: string): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await writeTarget(context, file, Buffer.from(`${token}\n`), { isForced: false, isSecret: true })
  return token
}

function listenAddress(text: string) {
  try {
    return parseListenAddress(text)
  } catch (error) {
    throw new CliError('usage', error instanceof Error ? error.message : text, error)
  }
}
