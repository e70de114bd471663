import { stat } from 'node:fs/promises'
import { Command } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { EnvelopeError } from '../../sdk/envelope/index.ts'
import { newestFirst } from '../../sdk/newest-key-version.ts'
import { decodeWrappedText, encodeText } from '../base64-text.ts'
import { type Context, contextOf } from '../context.ts'
import { runTasks } from '../envelope/run-tasks.ts'
import { type Plan, planFor, type Task } from '../envelope/task.ts'
import { CliError } from '../failure.ts'
import { readAtMost, writeTarget } from '../files.ts'
import { interruptible } from '../interrupt.ts'
import { nameAndValue } from '../names.ts'

interface ReEncryptFlags {
  readonly to: string
  readonly context?: Readonly<Record<string, string>>
  readonly toContext?: Readonly<Record<string, string>>
  readonly from?: string
  readonly fromVersion?: string
  readonly fromAlgorithm?: string
  readonly recursive?: boolean
  readonly out?: string
  readonly force?: boolean
}

/** `keyhaven re-encrypt`: ciphertexts of the service under another key, whose plaintext nobody sees. */
export const reEncryptCommand = (): Command =>
  new Command('re-encrypt')
    .description(
      'encrypt ciphertexts of the service under another key, or its newest version; goes on where it was stopped',
    )
    .argument('<file...>', 'ciphertexts in Base64, replaced in place; with --recursive all *.cipher in folders')
    .requiredOption('--to <key>', 'id, ARN or alias of a symmetric key')
    .option('--context <name=value>', 'encryption context of the ciphertexts, repeatable', nameAndValue)
    .option('--to-context <name=value>', 'another one for the new ciphertexts, repeatable', nameAndValue)
    .option('--from <key>', 'RSA or SM2 key whose public key protects them, such as exported data keys')
    .option('--from-version <id>', 'version of that key; the newest unless given')
    .option('--from-algorithm <name>', 'RSAES_OAEP_SHA_256 (for RSA unless given), RSAES_OAEP_SHA_1 or SM2PKE')
    .option('--recursive', 'all files in the folders named: *.cipher, or with --from every one')
    .option('--out <file>', 'where to write instead, a folder with --recursive; what is there already is left')
    .option('--force', 'also what is done already')
    .action(reEncrypt)

async function reEncrypt(files: readonly string[], flags: ReEncryptFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  if (flags.toContext !== undefined && flags.out === undefined)
    throw new CliError('usage', '--to-context needs --out: in place nobody could tell what is done already')
  const plan = await planFor(context, files, flags, namingFor(flags))
  await context.withClient(async (client) => {
    const moving = await prepared(client, flags)
    await interruptible(context.io, (signal) => moveAll(context, plan, { ...moving, signal, flags }))
  })
}

const namingFor = ({ from }: ReEncryptFlags) => ({
  besideName: (name: string) => name,
  elsewhereName: (name: string) => name,
  isWanted: (name: string) => from !== undefined || name.endsWith('.cipher'),
  unwanted: 'not named *.cipher',
})

/** What is asked for each ciphertext, but the ciphertext. */
type Fixed = Omit<Parameters<Client['reEncrypt']>[0], 'ciphertextBlob'>

interface Prepared {
  readonly client: Client
  readonly fixed: Fixed
  /** version that new ciphertexts are under; they begin with it */
  readonly targetVersion: string
}

async function prepared(client: Client, flags: ReEncryptFlags): Promise<Prepared> {
  const { keyMetadata } = await client.describeKey({ keyId: flags.to })
  const { keyId, primaryKeyVersion: targetVersion } = keyMetadata
  if (!targetVersion) throw new CliError('wrongKey', `the key ${flags.to} is no symmetric key with material`)
  const { context, toContext = context } = flags
  const fixed = {
    destinationKeyId: keyId,
    ...(context === undefined ? {} : { sourceEncryptionContext: context }),
    ...(toContext === undefined ? {} : { destinationEncryptionContext: toContext }),
    ...(flags.from === undefined ? {} : await sourceOf(client, flags.from, flags)),
  }
  return { client, fixed, targetVersion }
}

async function sourceOf(client: Client, from: string, { fromVersion, fromAlgorithm }: ReEncryptFlags) {
  const { keyId, keySpec } = (await client.describeKey({ keyId: from })).keyMetadata
  const sourceKeyVersionId = fromVersion ?? (await newestFirst(client, keyId))[0] ?? ''
  const usual = keySpec === 'EC_SM2' ? 'SM2PKE' : 'RSAES_OAEP_SHA_256'
  const sourceEncryptionAlgorithm = (fromAlgorithm ?? usual) as NonNullable<Fixed['sourceEncryptionAlgorithm']>
  return { sourceKeyId: keyId, sourceKeyVersionId, sourceEncryptionAlgorithm }
}

interface Moving extends Prepared {
  readonly signal: AbortSignal
  readonly flags: ReEncryptFlags
}

const moveAll = (context: Context, plan: Plan, moving: Moving): Promise<void> =>
  runTasks(context, plan, undefined, async (task, { onProgress }) => {
    if (moving.signal.aborted) throw new EnvelopeError('Aborted', 'stopped; called again, it goes on with the rest')
    onProgress(0)
    return move(context, task, moving)
  })

async function move(context: Context, task: Task, { client, fixed, targetVersion, flags }: Moving) {
  const isForced = flags.force === true
  if (flags.out !== undefined && !isForced && (await isThere(task.target))) return { 'Done already': task.label }
  const ciphertextBlob = await readCiphertext(context, task, flags.from !== undefined)
  if (flags.out === undefined && !isForced && isUnder(targetVersion, ciphertextBlob))
    return { 'Done already': task.label }
  const answer = await client.reEncrypt({ ...fixed, ciphertextBlob })
  const text = Buffer.from(encodeText(answer.ciphertextBlob))
  const settings = { isForced: isForced || flags.out === undefined, isSecret: false }
  await writeTarget(context, task.target, text, settings)
  return { 'Re-encrypted': task.label, To: task.targetLabel, From: answer.keyId }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** A ciphertext of the service begins with the id of the key version, in both its generations. */
const isUnder = (version: string, ciphertext: Uint8Array): boolean =>
  Buffer.from(ciphertext.subarray(0, version.length)).toString('latin1') === version

/** No ciphertext of the service is longer, as Base64 with line breaks. */
const longest = 32_768

async function readCiphertext(context: Context, { source, label }: Task, isBare: boolean): Promise<Uint8Array> {
  const bytes = (await readAtMost(context, source, longest)) ?? new Uint8Array(0)
  const blob = decodeWrappedText(Buffer.from(bytes).toString('latin1'))
  if (blob !== undefined && blob.length > 0) return blob
  if (isBare && bytes.length > 0) return bytes
  throw new CliError(
    'notCiphertext',
    `${label} is no ciphertext of the service; an envelope is for "keyhaven envelope rewrap"`,
  )
}
