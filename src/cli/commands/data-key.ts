import { lstat, rm } from 'node:fs/promises'
import { Command } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { encryptionAlgorithm, type PublicEncryptionAlgorithm } from '../../signing/index.ts'
import { decodeWrappedText, encodeText } from '../base64-text.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource, writeTarget } from '../files.ts'
import { nameAndValue } from '../names.ts'
import { readPublicKeyFile } from '../signing/public-key-file.ts'

interface DataKeyFlags {
  readonly key: string
  readonly bytes?: number
  readonly context?: Readonly<Record<string, string>>
  readonly publicKey: string
  readonly algorithm?: string
  readonly out: string
  readonly plaintext?: string
  readonly exported: string
  readonly force?: boolean
}

/** `keyhaven data-key …`: data keys, sealed under a key of the service, and for others under their public key. */
export const dataKeyCommand = (): Command =>
  new Command('data-key')
    .description('make data keys, and hand them to whoever has a private key')
    .addCommand(
      withKey(new Command('generate'))
        .description('make a data key; prints it as the service sealed it, Base64')
        .option(
          '--plaintext <file>',
          'write the data key itself here, readable for you alone; not asked for unless given',
        )
        .action(generate),
    )
    .addCommand(
      withPublicKey(withOutput(new Command('export')))
        .description('encrypt a data key under a public key, without showing it; prints Base64')
        .argument('<file>', 'the data key as generate printed it; - for standard input')
        .action(exportKey),
    )
    .addCommand(
      withPublicKey(withKey(new Command('generate-and-export')))
        .description('both at once: prints it as the service sealed it, and writes it under the public key')
        .requiredOption('--exported <file>', 'where to write the data key under the public key, Base64')
        .action(generateAndExport),
    )

const withOutput = (command: Command): Command =>
  command
    .option('--context <name=value>', 'encryption context, repeatable; needed again to decrypt', nameAndValue)
    .option('--out <file>', 'where to write; - for standard output', '-')
    .option('--force', 'replace files that are there')

const withKey = (command: Command): Command =>
  withOutput(command)
    .requiredOption('--key <key>', 'id, ARN or alias of a symmetric key')
    .option('--bytes <number>', 'length of the data key, 1 to 1024; 32 unless given', byteCount)

const withPublicKey = (command: Command): Command =>
  command
    .requiredOption('--public-key <file>', 'public key or certificate (PEM, DER): RSA of 2048 bits, or SM2')
    .option('--algorithm <name>', 'RSAES_OAEP_SHA_256 (unless given) or RSAES_OAEP_SHA_1, where the key is one of RSA')

function byteCount(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 1024) return Number(text)
  throw new CliError('usage', '--bytes is a number from 1 to 1024')
}

const wanted = ({ key, bytes, context }: DataKeyFlags) => ({
  keyId: key,
  ...(bytes === undefined ? {} : { numberOfBytes: bytes }),
  ...(context === undefined ? {} : { encryptionContext: context }),
})

async function generate(flags: DataKeyFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  const { plaintext: target, out, force } = flags
  if (target === '-' && out === '-') throw new CliError('usage', 'only one of the two can go to standard output')
  requireApart(context, target, out)
  await requireFree(context, flags, [target, out])
  const { keyId, ciphertextBlob } = await context.withClient(async (client) => {
    if (target === undefined) return client.generateDataKeyWithoutPlaintext(wanted(flags))
    const answer = await client.generateDataKey(wanted(flags))
    await writeTarget(context, target, answer.plaintext, { isForced: force === true, isSecret: true })
    return answer
  })
  await afterFirst(context, flags, target, () => writeText(context, out, ciphertextBlob, force))
  report(context, out, { Generated: out, Plaintext: target, Key: keyId })
}

async function exportKey(file: string, flags: DataKeyFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  const ciphertextBlob = await readBlob(context, file)
  const target = await exportTarget(context, flags)
  const encryptionContext = flags.context === undefined ? {} : { encryptionContext: flags.context }
  const { keyId, exportedDataKey } = await context.withClient((client) =>
    client.exportDataKey({ ciphertextBlob, ...encryptionContext, ...target }),
  )
  await writeText(context, flags.out, exportedDataKey, flags.force)
  report(context, flags.out, { Exported: file, To: flags.out, Key: keyId })
}

async function generateAndExport(flags: DataKeyFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  if (flags.exported === '-') throw new CliError('usage', '--exported is a file; what the service sealed goes to --out')
  requireApart(context, flags.exported, flags.out)
  await requireFree(context, flags, [flags.exported, flags.out])
  const target = await exportTarget(context, flags)
  const answer = await context.withClient((client) => client.generateAndExportDataKey({ ...wanted(flags), ...target }))
  await writeText(context, flags.exported, answer.exportedDataKey, flags.force)
  await afterFirst(context, flags, flags.exported, () =>
    writeText(context, flags.out, answer.ciphertextBlob, flags.force),
  )
  report(context, flags.out, { Generated: flags.out, Exported: flags.exported, Key: answer.keyId })
}

function requireApart({ path }: Context, first: string | undefined, second: string): void {
  if (first !== undefined && path(first) === path(second))
    throw new CliError('usage', 'the two results cannot go to the same file')
}

/** Two files are written, or none: what is in the way of either is said before there is a data key. */
async function requireFree(
  { path }: Context,
  { force }: DataKeyFlags,
  targets: readonly (string | undefined)[],
): Promise<void> {
  for (const target of targets) {
    if (target === undefined || target === '-' || force === true) continue
    const present = await lstat(path(target)).catch(() => undefined)
    if (present !== undefined) throw new CliError('fileExists', `${target} exists; use --force to replace it`)
  }
}

/** A first file whose fellow could not be written is of no use to anybody. One that was replaced stays. */
async function afterFirst(
  { path }: Context,
  { force }: DataKeyFlags,
  first: string | undefined,
  second: () => Promise<void>,
): Promise<void> {
  try {
    await second()
  } catch (error) {
    if (first !== undefined && first !== '-' && force !== true) await rm(path(first), { force: true })
    throw error
  }
}

type ExportTarget = Pick<
  Parameters<Client['exportDataKey']>[0],
  'publicKeyBlob' | 'wrappingAlgorithm' | 'wrappingKeySpec'
>

async function exportTarget(context: Context, { publicKey, algorithm }: DataKeyFlags): Promise<ExportTarget> {
  const key = await readPublicKeyFile(context, publicKey)
  if (key.kind === 'ec')
    throw new CliError('badKey', `${publicKey} is a key of EC; data keys are exported to RSA and SM2`)
  const chosen = encryptionAlgorithm(key, algorithm as PublicEncryptionAlgorithm | undefined)
  return {
    publicKeyBlob: key.spki,
    wrappingKeySpec: key.kind === 'rsa' ? 'RSA_2048' : 'EC_SM2',
    wrappingAlgorithm: chosen as ExportTarget['wrappingAlgorithm'],
  }
}

async function readBlob(context: Context, file: string): Promise<Uint8Array> {
  const name = file === '-' ? 'standard input' : file
  const tooLong = () => new CliError('notCiphertext', `${name} is too long for a data key`)
  const bytes = await readSource(context, file, 32 * 1024, tooLong)
  const blob = decodeWrappedText(Buffer.from(bytes).toString('latin1'))
  if (blob === undefined || blob.length === 0) throw new CliError('notCiphertext', `${name} is no data key in Base64`)
  return blob
}

const writeText = (context: Context, target: string, bytes: Uint8Array, force: boolean | undefined): Promise<void> =>
  writeTarget(context, target, Buffer.from(`${encodeText(bytes)}\n`), { isForced: force === true, isSecret: false })

function report({ output }: Context, target: string, fields: Readonly<Record<string, string | undefined>>): void {
  if (target !== '-') output.record(fields, fields)
}
