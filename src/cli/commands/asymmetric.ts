import { basename, dirname, join } from 'node:path'
import { Command } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { ServiceError } from '../../sdk/errors.ts'
import { newestKeyVersion } from '../../sdk/newest-key-version.ts'
import {
  encryptionAlgorithm,
  encryptLocally,
  type PublicEncryptionAlgorithm,
  readPublicKey,
} from '../../signing/index.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource, writeTarget } from '../files.ts'
import { readPublicKeyFile } from '../signing/public-key-file.ts'
import { versionsToTry } from '../signing/versions.ts'

interface AsymmetricFlags {
  readonly key?: string
  readonly keyVersion?: string
  readonly algorithm?: string
  readonly local?: string
  readonly out?: string
  readonly force?: boolean
}

const mostBytes = 6144

const withOptions = (command: Command): Command =>
  command
    .option('--key-version <id>', 'version of the key')
    .option('--algorithm <name>', 'RSAES_OAEP_SHA_256 (unless given) or RSAES_OAEP_SHA_1, where the key is one of RSA')
    .option('--out <file>', 'where to write; - for standard output')
    .option('--force', 'replace a file that is there')

/** `keyhaven asymmetric …`: short files under RSA and SM2 keys. */
export const asymmetricCommand = (): Command =>
  new Command('asymmetric')
    .description('encrypt and decrypt a few bytes, such as a data key, under an RSA or SM2 key')
    .addCommand(
      withOptions(new Command('encrypt'))
        .description('encrypt to the public key; writes FILE.enc, the bare ciphertext')
        .argument('<file>', 'what to encrypt: RSA_2048 takes 190 bytes, SM2 6047; - for standard input')
        .option('--key <key>', 'id, ARN or alias of a key for ENCRYPT/DECRYPT')
        .option('--local <file>', 'its public key or certificate (PEM, DER): encrypted here, without the service')
        .action(encrypt),
    )
    .addCommand(
      withOptions(new Command('decrypt'))
        .description('decrypt what was encrypted to the public key; FILE.enc becomes decrypted_FILE')
        .argument('<file>', 'the bare ciphertext; - for standard input')
        .requiredOption('--key <key>', 'id, ARN or alias; each version is tried unless --key-version is given')
        .action(decrypt),
    )

async function encrypt(file: string, flags: AsymmetricFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  const { key, local, algorithm } = flags
  if ((key === undefined) === (local === undefined)) throw new CliError('usage', 'give either --key or --local')
  const plaintext = await readShort(context, file)
  const done =
    local === undefined
      ? await context.withClient((client) => encryptThere(client, { ...flags, key: key ?? '' }, plaintext))
      : await encryptHere(context, local, algorithm as PublicEncryptionAlgorithm | undefined, plaintext)
  const target = flags.out ?? (file === '-' ? '-' : `${file}.enc`)
  await writeTarget(context, target, done.ciphertext, { isForced: flags.force === true, isSecret: false })
  report(context, target, { Encrypted: file, To: target, ...done.shown })
}

async function encryptHere(
  context: Context,
  local: string,
  wanted: PublicEncryptionAlgorithm | undefined,
  plaintext: Uint8Array,
) {
  const publicKey = await readPublicKeyFile(context, local)
  const algorithm = encryptionAlgorithm(publicKey, wanted)
  return { ciphertext: encryptLocally(publicKey, plaintext, algorithm), shown: { Key: local, Algorithm: algorithm } }
}

async function encryptThere(client: Client, flags: AsymmetricFlags & { readonly key: string }, plaintext: Uint8Array) {
  const keyVersionId = flags.keyVersion ?? (await newestKeyVersion(client, flags.key)) ?? ''
  const algorithm = await algorithmOf(client, flags, keyVersionId)
  const answer = await client.asymmetricEncrypt({ keyId: flags.key, keyVersionId, algorithm, plaintext })
  const shown = { Key: answer.keyId, Version: answer.keyVersionId, Algorithm: algorithm }
  return { ciphertext: answer.ciphertextBlob, shown }
}

type OnlineAlgorithm = Parameters<Client['asymmetricEncrypt']>[0]['algorithm']

/** By the kind of the key, unless given. */
async function algorithmOf(client: Client, flags: AsymmetricFlags & { readonly key: string }, keyVersionId: string) {
  const { publicKey } = await client.getPublicKey({ keyId: flags.key, keyVersionId })
  const read = readPublicKey(publicKey)
  if (read === undefined) throw new CliError('wrongKey', `the key ${flags.key} is of a kind that does not encrypt so`)
  return encryptionAlgorithm(read, flags.algorithm as PublicEncryptionAlgorithm | undefined) as OnlineAlgorithm
}

async function decrypt(
  file: string,
  given: AsymmetricFlags & { readonly key: string },
  command: Command,
): Promise<void> {
  const context = contextOf(command)
  const ciphertextBlob = await readShort(context, file)
  const { plaintext, keyId, keyVersionId } = await context.withClient(async (client) => {
    const versions = await versionsToTry(client, given)
    const algorithm = await algorithmOf(client, given, versions[0] ?? '')
    return decryptWithAny(client, versions, { keyId: given.key, algorithm, ciphertextBlob }, file)
  })
  const target = given.out ?? decryptedName(file)
  await writeTarget(context, target, plaintext, { isForced: given.force === true, isSecret: true })
  report(context, target, { Decrypted: file, To: target, Key: keyId, Version: keyVersionId })
}

interface Sealed {
  readonly keyId: string
  readonly algorithm: OnlineAlgorithm
  readonly ciphertextBlob: Uint8Array
}

/** A bare ciphertext does not say which version it is for; the service says only that it does not open. */
async function decryptWithAny(client: Client, versions: readonly string[], sealed: Sealed, file: string) {
  let refusal: unknown
  for (const keyVersionId of versions) {
    try {
      return await client.asymmetricDecrypt({ ...sealed, keyVersionId })
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === 'InvalidParameter')) throw error
      refusal = error
    }
  }
  throw new CliError(
    'notDecrypted',
    `${nameOf(file)} is damaged, or was encrypted to another key or with another algorithm`,
    refusal,
  )
}

async function readShort(context: Context, file: string): Promise<Uint8Array> {
  const bytes = await readSource(
    context,
    file,
    mostBytes,
    () => new CliError('tooLarge', `${nameOf(file)} is longer than the ${mostBytes} bytes that any such key takes`),
  )
  if (bytes.length === 0) throw new CliError('empty', `${nameOf(file)} is empty`)
  return bytes
}

const decryptedName = (file: string): string =>
  file === '-' ? '-' : join(dirname(file), `decrypted_${basename(file).replace(/\.enc$/, '')}`)

function report({ output }: Context, target: string, fields: Readonly<Record<string, string>>): void {
  if (target !== '-') output.record(fields, fields)
}

const nameOf = (file: string): string => (file === '-' ? 'standard input' : file)
