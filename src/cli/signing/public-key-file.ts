import { certificateKey, type PublicKey, readPublicKey } from '../../signing/index.ts'
import type { Context } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource } from '../files.ts'

const mostBytes = 64 * 1024

/**
 * The key of a PEM or DER file: a public key, or the one of a certificate.
 *
 * @throws CliError `badKey`
 */
export async function readPublicKeyFile(context: Context, file: string): Promise<PublicKey> {
  const bytes = await readKeyFile(context, file)
  const key = readPublicKey(bytes[0] === derSequence ? bytes : textOf(bytes)) ?? certificateKey(bytes)
  if (key !== undefined) return key
  throw new CliError('badKey', `${file} holds no public key or certificate of RSA, EC P-256, P-256K or SM2`)
}

/** Any file that keys come in: PEM, DER, or a key set. */
export const readKeyFile = (context: Context, file: string): Promise<Uint8Array> =>
  readSource(context, file, mostBytes, () => new CliError('tooLarge', `${file} is too long for a key`))

const derSequence = 0x30

export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')
