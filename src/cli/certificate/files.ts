import { certificateText } from '../../certificates/certificate.ts'
import { maxPemBytes } from '../../certificates/encoded.ts'
import type { Context } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource, writeTarget } from '../files.ts'

export interface OutFlags {
  readonly out: string
  readonly force?: boolean
}

/** A request or certificate: the text of a PEM file, or the bytes of any other. */
export async function readEncoded(context: Context, file: string): Promise<string | Uint8Array> {
  const tooLong = () => new CliError('tooLarge', `${file} is longer than ${maxPemBytes} bytes`)
  const bytes = await readSource(context, file, maxPemBytes, tooLong)
  return bytes[0] === derSequence ? bytes : Buffer.from(bytes).toString('utf8')
}

const derSequence = 0x30

/** Certificates: the text of a PEM file, or what it would be of one in DER. */
export async function readCertificateText(context: Context, file: string): Promise<string> {
  const encoded = await readEncoded(context, file)
  return typeof encoded === 'string' ? encoded : certificateText(encoded)
}

export async function writePem(context: Context, pem: string, { out, force }: OutFlags): Promise<void> {
  await writeTarget(context, out, Buffer.from(pem), { isForced: force === true, isSecret: false })
}
