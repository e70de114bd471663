import { timingSafeEqual } from 'node:crypto'
import { Command } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { decodeWrappedText, encodeText } from '../base64-text.ts'
import { type ClientKeyFlags, isForInstance, withClientKey, withInstance } from '../client-key.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource, writeTarget } from '../files.ts'

/** What the service takes of a message. */
const mostMessageBytes = 6144

interface MacFlags extends ClientKeyFlags {
  readonly key: string
  readonly out?: string
  readonly force?: boolean
  readonly mac?: string
}

const withKey = (command: Command): Command =>
  withClientKey(command)
    .argument('<file>', 'the message, up to 6 KB; - for standard input')
    .requiredOption('--key <key>', 'id, ARN or alias of a key for GENERATE/VERIFY_MAC')

/** `keyhaven mac …`: message authentication codes of HMAC keys. */
export const macCommand = (): Command =>
  new Command('mac')
    .description('message authentication codes of HMAC keys')
    .addCommand(
      withKey(new Command('generate'))
        .description('print the code of a message, Base64')
        .option('--out <file>', 'where to write; - for standard output', '-')
        .option('--force', 'replace a file that is there')
        .action(generate),
    )
    .addCommand(
      withKey(new Command('verify'))
        .description('verify the code of a message; ends with status 1 if it is wrong')
        .requiredOption('--mac <file>', 'the code as generate prints it; - for standard input')
        .action(verify),
    )

async function generate(file: string, flags: MacFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  const message = await readMessage(context, file)
  const answer = await macOf(context, flags, message)
  const { out = '-', force } = flags
  const text = Buffer.from(`${encodeText(answer.mac)}\n`)
  if (out === '-' && context.output.isJson) context.output.json(answer)
  else await writeTarget(context, out, text, { isForced: force === true, isSecret: false })
  const fields = { Message: file, To: out, Key: answer.keyId, Algorithm: answer.algorithm }
  if (out !== '-') context.output.record(fields, fields)
}

async function verify(file: string, flags: MacFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  const { mac: source = '' } = flags
  if (file === '-' && source === '-') throw new CliError('usage', 'only one of the two can be standard input')
  const message = await readMessage(context, file)
  const answer = await macVerified(context, flags, message, await readMac(context, source))
  if (!answer.value) throw new CliError('wrongMac', `the code of ${nameOf(file)} is wrong`)
  const fields = { Verified: file, Key: answer.keyId, Algorithm: answer.algorithm }
  context.output.record(fields, { verified: true, ...fields })
}

/** An instance names no algorithm: a MAC key has one. */
const macOf = (context: Context, flags: MacFlags, message: Uint8Array) =>
  isForInstance(flags)
    ? withInstance(context, flags, async (client) => {
        const { keyId, signature: mac } = await client.hmac({ keyId: flags.key, message })
        return { keyId, mac, algorithm: undefined }
      })
    : context.withClient(async (client) =>
        client.generateMac({ keyId: flags.key, algorithm: await algorithmOf(client, flags.key), message }),
      )

/** An instance generates codes and verifies none. */
async function macVerified(context: Context, flags: MacFlags, message: Uint8Array, mac: Uint8Array) {
  if (!isForInstance(flags))
    return context.withClient(async (client) =>
      client.verifyMac({ keyId: flags.key, algorithm: await algorithmOf(client, flags.key), message, mac }),
    )
  const { mac: right, ...answer } = await macOf(context, flags, message)
  return { ...answer, value: right.length === mac.length && timingSafeEqual(right, mac) }
}

type MacAlgorithm = Parameters<Client['generateMac']>[0]['algorithm']

/** A MAC key has one algorithm, and its spec is called after it. */
async function algorithmOf(client: Client, key: string): Promise<MacAlgorithm> {
  const { keyMetadata } = await client.describeKey({ keyId: key })
  if (!keyMetadata.keySpec.startsWith('HMAC_'))
    throw new CliError('wrongKey', `the key ${key} is no HMAC key, but ${keyMetadata.keySpec}`)
  return keyMetadata.keySpec as MacAlgorithm
}

const readMessage = (context: Context, file: string): Promise<Uint8Array> =>
  readSource(
    context,
    file,
    mostMessageBytes,
    () =>
      new CliError('tooLarge', `${nameOf(file)} is longer than the ${mostMessageBytes} bytes that the service takes`),
  )

async function readMac(context: Context, file: string): Promise<Uint8Array> {
  const bytes = await readSource(
    context,
    file,
    1024,
    () => new CliError('badMac', `${nameOf(file)} is too long for a code`),
  )
  const mac = decodeWrappedText(Buffer.from(bytes).toString('latin1'))
  if (mac === undefined || mac.length === 0) throw new CliError('badMac', `${nameOf(file)} is no code in Base64`)
  return mac
}

const nameOf = (file: string): string => (file === '-' ? 'standard input' : file)
