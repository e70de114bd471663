import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Command } from 'commander'
import { writeAtomically } from '../../server/files/write-atomically.ts'
import { runChild } from '../child.ts'
import { ask } from '../compare/ask.ts'
import { cassetteLine, Redaction, readCassette } from '../compare/cassette.ts'
import { Comparison } from '../compare/comparison.ts'
import { instanceCaller } from '../compare/instance-listener.ts'
import { compareListener } from '../compare/listener.ts'
import { headingsOf, htmlReport, type Report, reportOf } from '../compare/report.ts'
import { type InstanceFlags, instanceOf, Side } from '../compare/side.ts'
import type { Connection } from '../connection.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError, ExitStatus } from '../failure.ts'
import { parseListenAddress, urlOf } from '../metadata/service.ts'
import { otherServer, placeOf } from '../other-server.ts'

interface Options {
  readonly with?: string
  readonly clientKey?: string
  readonly clientKeyPasswordFile?: string
  readonly instance?: string
  readonly instanceCaFile?: string
  readonly withClientKey?: string
  readonly withClientKeyPasswordFile?: string
  readonly withInstance?: string
  readonly withInstanceCaFile?: string
  readonly listen: string
  readonly cassette?: string
  readonly replay?: string
  readonly report?: readonly string[]
}

/** `keyhaven compare`: the same calls at two servers. */
export function compareCommand(): Command {
  return new Command('compare')
    .description(
      'hand the calls of a program to a server and to another, and report what they answer differently; status 1 if anything. Ids, times and ciphertexts are taken for each other',
    )
    .option('--with <server>', 'the other server: a profile, or the data folder of a development server')
    .option(
      '--client-key <file>',
      'ClientKey for the instance of the first server: calls of its gateway are taken, too',
    )
    .option('--client-key-password-file <file>', 'its password; else KEYHAVEN_CLIENT_KEY_PASSWORD')
    .option('--instance <host>', 'where that instance is, unless at the endpoint of its server')
    .option('--instance-ca-file <file>', 'CA of that instance, unless that of its server, PEM')
    .option('--with-client-key <file>', 'the same four for the other server')
    .option('--with-client-key-password-file <file>', 'password of that ClientKey')
    .option('--with-instance <host>', 'where the instance of the other server is')
    .option('--with-instance-ca-file <file>', 'CA of that instance, PEM')
    .option('--listen <address>', '127.0.0.1:port to take calls at, without TLS', '127.0.0.1:0')
    .option('--cassette <file>', 'write down the calls and what the first server answered, without secrets')
    .option('--replay <file>', 'compare the server with such a file instead of another server')
    .option(
      '--report <file>',
      'write a report, HTML or JSON by its name; repeatable',
      (file: string, before: readonly string[] = []) => [...before, file],
    )
    .argument('[command...]', 'what makes the calls, after --; unless given, whoever calls until it is stopped')
    .action(compare)
}

async function compare(words: readonly string[], options: Options, command: Command): Promise<void> {
  const context = contextOf(command)
  checkOptions(words, options)
  const { report, failed } =
    options.replay === undefined
      ? await live(context, words, options)
      : await replayed(context, options, options.replay)
  for (const file of options.report ?? []) writeReport(context.path(file), report)
  show(context, report)
  if (failed !== undefined) throw failed
  if (report.differing > 0) throw new ExitStatus(1)
}

function checkOptions(words: readonly string[], { with: other, cassette, replay, report = [] }: Options): void {
  if ((other === undefined) === (replay === undefined))
    throw new CliError('usage', 'give --with and a server, or --replay and a file')
  if (replay !== undefined && (cassette !== undefined || words.length > 0))
    throw new CliError('usage', '--replay makes the calls itself: no --cassette and no command beside it')
  const unknown = report.find((file) => !/\.(?:html|json)$/.test(file))
  if (unknown !== undefined) throw new CliError('usage', `--report: ${unknown} ends with neither .html nor .json`)
}

interface Outcome {
  readonly report: Report
  /** how the program ended, unless well */
  readonly failed?: ExitStatus | undefined
}

async function live(context: Context, words: readonly string[], options: Options): Promise<Outcome> {
  const { io, output } = context
  const here = context.connection()
  const there = otherServer(context, options.with ?? '')
  await using first = await Side.open(here, instanceOf(context, here, firstFlags(context, options)))
  await using second = await Side.open(there, instanceOf(context, there, otherFlags(options)))
  const comparison = new Comparison(second)
  const redaction = new Redaction()
  const cassette = options.cassette && context.path(options.cassette)
  if (cassette) writeFileSync(cassette, '', { mode: 0o600 })
  const accessKeyId = `compare${randomBytes(16).toString('hex')}`
  const server = compareListener({
    ...{ accessKeyId, instanceCaller: first.clientKey && instanceCaller(first.clientKey) },
    answer: (call) =>
      comparison.compare(call, async () => {
        const answer = await ask(first, call)
        if (cassette) appendFileSync(cassette, cassetteLine(redaction.redacted({ call, answer })))
        return answer
      }),
  })
  const url = await listening(server, options.listen)
  let failed: ExitStatus | undefined
  try {
    if (words.length > 0) failed = await statusOf(runChild(io, words, environment(url, accessKeyId, here)))
    else {
      output.line(`Taking calls at ${url} with the AccessKey id ${accessKeyId} and any secret, until stopped`)
      await stopSignal()
    }
  } finally {
    server.closeAllConnections()
    server.close()
  }
  return { report: reportOf({ first: placeOf(here), second: placeOf(there) }, comparison.compared), failed }
}

/** A program that fails has made its calls, and may have failed for what they were answered. */
async function statusOf(running: Promise<void>): Promise<ExitStatus | undefined> {
  try {
    await running
    return undefined
  } catch (error) {
    if (error instanceof ExitStatus) return error
    throw error
  }
}

/** To be stopped is how it ends, with the status of what it has found. */
async function stopSignal(): Promise<void> {
  const heard = new AbortController()
  const either = (['SIGINT', 'SIGTERM'] as const).map((name) => once(process, name, { signal: heard.signal }))
  await Promise.race(either)
  heard.abort()
}

const firstFlags = ({ io }: Context, options: Options): InstanceFlags => ({
  ...{ clientKey: options.clientKey, passwordFile: options.clientKeyPasswordFile },
  ...{ endpoint: options.instance, caFile: options.instanceCaFile, password: io.env.KEYHAVEN_CLIENT_KEY_PASSWORD },
})

const otherFlags = (options: Options): InstanceFlags => ({
  ...{ clientKey: options.withClientKey, passwordFile: options.withClientKeyPasswordFile },
  ...{ endpoint: options.withInstance, caFile: options.withInstanceCaFile },
})

async function replayed(context: Context, options: Options, file: string): Promise<Outcome> {
  const path = context.path(file)
  const recorded = readCassette(path, readFileSync(path, 'utf8'))
  const here = context.connection()
  await using first = await Side.open(here, instanceOf(context, here, firstFlags(context, options)))
  const comparison = new Comparison(first)
  for (const { call, answer } of recorded) await comparison.compare(call, () => answer)
  return { report: reportOf({ first: file, second: placeOf(here) }, comparison.compared) }
}

async function listening(server: Server, text: string): Promise<string> {
  const { host, port } = listenAddress(text)
  server.listen(port, host)
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new CliError('notListening', `--listen: ${text} is not free (${error.code})`, error)
  })
  return urlOf(host, (server.address() as AddressInfo).port)
}

function listenAddress(text: string) {
  try {
    return parseListenAddress(text)
  } catch (error) {
    throw new CliError('usage', error instanceof Error ? error.message : text, error)
  }
}

/** Calls are signed anew, so any secret does. */
const environment = (url: string, accessKeyId: string, { options }: Connection): Readonly<Record<string, string>> => ({
  KEYHAVEN_ENDPOINT: url,
  KMS_INSTANCE_ENDPOINT: url,
  KEYHAVEN_ACCESS_KEY_ID: accessKeyId,
  KEYHAVEN_ACCESS_KEY_SECRET: 'any',
  ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'any',
  ...('regionId' in options && options.regionId ? { ALIBABA_CLOUD_REGION_ID: options.regionId } : {}),
})

function writeReport(path: string, report: Report): void {
  writeAtomically(path, path.endsWith('.html') ? htmlReport(report) : `${JSON.stringify(report, null, 2)}\n`)
}

function show({ output }: Context, report: Report): void {
  const rows = report.differences.flatMap(({ number, action, differences }) =>
    differences.map((difference) => ({ ...difference, call: `${number} ${action}` })),
  )
  if (!output.isJson) output.line(`${report.differing} of ${report.calls} calls were answered differently`)
  if (!output.isJson && rows.length === 0) return
  const [first, second] = headingsOf(report)
  output.table(
    rows,
    {
      Call: ({ call }) => call,
      Where: ({ path }) => path,
      [first]: (row) => row.first,
      [second]: (row) => row.second,
    },
    report,
  )
}
