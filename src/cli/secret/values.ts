import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { maxSecretValueBytes } from '../../api/secret-fields.ts'
import { secretValueOf } from '../../sdk/secrets/secret-value.ts'
import { encodeText } from '../base64-text.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource, writeTarget } from '../files.ts'

/** What a secret holds at most, in bytes of UTF-8. */
const longestValue = maxSecretValueBytes
const longestConfig = 64 * 1024

interface ValueOptions {
  readonly binary?: boolean
  readonly versionId?: string
  readonly trim?: boolean
}

export async function createSecret(
  secretName: string,
  file: string,
  options: ValueOptions & {
    readonly key?: string
    readonly instance?: string
    readonly description?: string
    readonly tag?: Readonly<Record<string, string>>
    readonly type?: string
    readonly config?: string
    readonly every?: string
  },
  command: Command,
): Promise<void> {
  const context = contextOf(command)
  const value = await readValue(context, file, options)
  const config = options.config === undefined ? undefined : await readText(context, options.config, longestConfig)
  const { key, instance, description, tag, type, every } = options
  const answer = await context.withClient((client) =>
    client.createSecret({
      ...{ secretName, versionId: options.versionId ?? newVersionId(new Date()), ...value },
      ...(key === undefined ? {} : { encryptionKeyId: key }),
      ...(instance === undefined ? {} : { dKMSInstanceId: instance }),
      ...(description === undefined ? {} : { description }),
      ...(type === undefined ? {} : { secretType: type }),
      ...(config === undefined ? {} : { extendedConfig: config }),
      ...(every === undefined ? {} : { enableAutomaticRotation: true, rotationInterval: every }),
      tags: Object.entries(tag ?? {}).map(([tagKey, tagValue]) => ({ tagKey, tagValue })),
    }),
  )
  context.output.record({ Secret: answer.secretName, Version: answer.versionId, Arn: answer.arn }, answer)
}

export async function putSecret(
  secretName: string,
  file: string,
  options: ValueOptions & { readonly stage?: readonly string[] },
  command: Command,
): Promise<void> {
  const context = contextOf(command)
  const value = await readValue(context, file, options)
  const answer = await context.withClient((client) =>
    client.putSecretValue({
      ...{ secretName, versionId: options.versionId ?? newVersionId(new Date()), ...value },
      ...(options.stage === undefined ? {} : { versionStages: options.stage }),
    }),
  )
  const { versionId, versionStages } = answer
  context.output.record(
    { Secret: secretName, Version: versionId, Stages: versionStages.versionStage.join(' ') },
    answer,
  )
}

export async function getSecret(
  secretName: string,
  options: {
    readonly stage?: string
    readonly versionId?: string
    readonly member?: string
    readonly out?: string
    readonly force?: boolean
  },
  command: Command,
): Promise<void> {
  const context = contextOf(command)
  const { stage, versionId, member, out, force } = options
  const answer = await context.withClient((client) =>
    client.getSecretValue({
      secretName,
      ...(stage === undefined ? {} : { versionStage: stage }),
      ...(versionId === undefined ? {} : { versionId }),
    }),
  )
  if (context.output.isJson) {
    context.output.json(answer)
    return
  }
  const value = secretValueOf(answer)
  const bytes = member === undefined ? value.bytes : new TextEncoder().encode(value.member(member))
  await writeTarget(context, out ?? '-', bytes, { isForced: force === true, isSecret: true })
  // People want their prompt on a line of its own; programs get the value alone.
  if (out === undefined && context.io.stdout.isTTY === true) context.output.line('')
}

export async function newPassword(
  options: { readonly length?: number; readonly punctuation: boolean },
  command: Command,
): Promise<void> {
  const context = contextOf(command)
  const { length, punctuation } = options
  const answer = await context.withClient((client) =>
    client.getRandomPassword({
      excludePunctuation: !punctuation,
      ...(length === undefined ? {} : { passwordLength: length }),
    }),
  )
  if (context.output.isJson) context.output.json(answer)
  else context.output.line(answer.randomPassword)
}

async function readValue(context: Context, file: string, { binary, trim }: ValueOptions) {
  const bytes = await readSource(context, file, longestValue, () => tooLong(file))
  if (bytes.length === 0) throw new CliError('empty', 'the value is empty')
  if (binary === true) return { secretData: encodeText(bytes), secretDataType: 'binary' as const }
  const text = textOf(bytes, file)
  return { secretData: trim === true ? text.replace(/\r?\n$/, '') : text, secretDataType: 'text' as const }
}

const readText = async (context: Context, file: string, maxBytes: number): Promise<string> =>
  textOf(await readSource(context, file, maxBytes, () => tooLong(file)), file)

/** Bytes that are no text would be altered on their way. */
function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new CliError('notText', `${nameOf(file)} is no UTF-8 text; --binary stores bytes`, cause)
  }
}

const nameOf = (file: string): string => (file === '-' ? 'standard input' : file)

const tooLong = (file: string): CliError =>
  new CliError('tooLarge', `${nameOf(file)} is longer than the ${longestValue} bytes that a secret holds`)

/** Sorts by time: `v20261121T220000Z-1a2b3c`. */
export const newVersionId = (now: Date): string =>
  `v${now.toISOString().replace(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`
