import { basename, dirname, join } from 'node:path'
import { Command } from 'commander'
import { ServiceError } from '../../sdk/errors.ts'
import { decodeText, decodeWrappedText, encodeText } from '../base64-text.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { readAtMost, readSource, writeTarget } from '../files.ts'
import { nameAndValue } from '../names.ts'

/** What the service encrypts directly, in bytes. */
const directLimit = 6144
/** No ciphertext of that much plaintext is longer than this, as Base64 with line breaks. */
const cipherLimit = 32_768

interface FileOptions {
  readonly out?: string
  readonly force?: boolean
  readonly context?: Readonly<Record<string, string>>
}

/** `keyhaven encrypt` and `keyhaven decrypt`: files small enough for the service itself. */
export function cryptographyCommands(): readonly Command[] {
  return [encryptCommand(), decryptCommand()]
}

const encryptCommand = (): Command =>
  withFileOptions(new Command('encrypt'))
    .description('encrypt a file of up to 6 KB; writes FILE.cipher, which the official Go and Python samples read')
    .argument('<file>', 'what to encrypt; - for standard input')
    .requiredOption('--key <key>', 'id, ARN or alias, such as alias/Apollo/WorkKey')
    .option('--text', 'encrypt the UTF-8 text itself, not its Base64: for the Java sample, which writes what it gets')
    .action(encrypt)

const decryptCommand = (): Command =>
  withFileOptions(new Command('decrypt'))
    .description('decrypt a file that encrypt or an official sample wrote; FILE.cipher becomes decrypted_FILE')
    .argument('<file>', 'what to decrypt; - for standard input')
    .option('--text', 'write the plaintext as it is, also when it looks like Base64 (files of the Java sample)')
    .action(decrypt)

const withFileOptions = (command: Command): Command =>
  command
    .option('--out <file>', 'where to write; - for standard output')
    .option('--force', 'replace a file that is there')
    .option('--context <name=value>', 'encryption context, repeatable; needed again to decrypt', nameAndValue)

async function encrypt(
  file: string,
  options: FileOptions & { key: string; text?: boolean },
  command: Command,
): Promise<void> {
  const context = contextOf(command)
  const plaintext = await readSource(context, file, directLimit, () => tooLarge(file))
  if (plaintext.length === 0) throw new CliError('empty', `${nameOf(file)} is empty; there is nothing to encrypt`)
  const { ciphertextBlob, keyId } = await context.withClient((client) =>
    client.encrypt({
      keyId: options.key,
      plaintext: options.text === true ? textOf(plaintext, file) : plaintext,
      ...contextField(options),
    }),
  )
  const target = options.out ?? (file === '-' ? '-' : `${file}.cipher`)
  const cipher = new TextEncoder().encode(encodeText(ciphertextBlob))
  await writeTarget(context, target, cipher, { isForced: options.force === true, isSecret: false })
  report(context, target, { Encrypted: file, To: target, Key: keyId })
}

async function decrypt(file: string, options: FileOptions & { text?: boolean }, command: Command): Promise<void> {
  const context = contextOf(command)
  const cipher = await readAtMost(context, file, cipherLimit)
  const ciphertextBlob = cipher === undefined ? undefined : decodeWrappedText(Buffer.from(cipher).toString('latin1'))
  if (ciphertextBlob === undefined || ciphertextBlob.length === 0) throw notCiphertext(file)
  const { plaintext, keyId } = await context
    .withClient((client) => client.decrypt({ ciphertextBlob, ...contextField(options) }))
    .catch((error: unknown) => {
      throw error instanceof ServiceError && error.code === 'InvalidParameter' ? notDecrypted(file, error) : error
    })
  const target = options.out ?? decryptedName(file)
  await writeTarget(context, target, plaintextOf(plaintext, options.text === true), {
    isForced: options.force === true,
    isSecret: true,
  })
  report(context, target, { Decrypted: file, To: target, Key: keyId })
}

/** Bytes that are no text would come back as other bytes. A byte order mark is part of the file. */
function textOf(plaintext: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext)
  } catch (error) {
    throw new CliError('notText', `${nameOf(file)} is no UTF-8 text; encrypt it without --text`, error)
  }
}

/** The Go and Python samples and this program encrypt the Base64 text of a file, the Java sample the text itself. */
const plaintextOf = (plaintext: string, isText: boolean): Uint8Array =>
  (isText ? undefined : decodeText(plaintext)) ?? new TextEncoder().encode(plaintext)

/** `certs/key.pem.cipher` → `certs/decrypted_key.pem` */
const decryptedName = (file: string): string =>
  file === '-' ? '-' : join(dirname(file), `decrypted_${basename(file).replace(/\.cipher$/, '')}`)

const contextField = ({ context }: FileOptions) => (context === undefined ? {} : { encryptionContext: context })

function report({ output }: Context, target: string, fields: Readonly<Record<string, string>>): void {
  if (target !== '-') output.record(fields, fields)
}

const nameOf = (file: string): string => (file === '-' ? 'standard input' : file)

const tooLarge = (file: string): CliError =>
  new CliError(
    'tooLarge',
    `${nameOf(file)} is longer than the ${directLimit} bytes that the service encrypts itself; use "keyhaven envelope encrypt ${file}"`,
  )

/** The service tells nobody which of the two it is. */
const notDecrypted = (file: string, error: ServiceError): CliError =>
  new CliError(
    error.code,
    `${nameOf(file)} is damaged, or --context is not what it was encrypted with (request ${error.requestId})`,
    error,
  )

const notCiphertext = (file: string): CliError =>
  new CliError(
    'notCiphertext',
    `${nameOf(file)} is no ciphertext of "keyhaven encrypt"; if it is an envelope, use "keyhaven envelope decrypt ${file}"`,
  )
