import type { Command } from 'commander'
import { type HeldKey, joinedSignature, signJws, signJwt } from '../../signing/index.ts'
import { encodeText } from '../base64-text.ts'
import { type HeldKeyFlags, heldKeyFrom } from '../certificate/held-key-options.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource, writeTarget } from '../files.ts'
import { digestsOf } from './digests.ts'

export type SignatureForm = 'der' | 'raw' | 'base64' | 'jws' | 'jwt'

interface SignFlags extends HeldKeyFlags {
  readonly form: SignatureForm
  readonly out?: string
  readonly force?: boolean
}

/** A token holds what it signs, and is held in memory. */
export const mostTokenBytes = 1024 * 1024

/** `keyhaven sign` */
export async function signCommandAction(file: string, flags: SignFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  const { key, signature } = await context.withClient(async (client) => {
    const held = await heldKeyFrom(client, flags)
    return { key: held, signature: await signatureOf(context, held, file, flags.form) }
  })
  const target = flags.out ?? (file === '-' ? '-' : `${file}${flags.form.startsWith('jw') ? `.${flags.form}` : '.sig'}`)
  await writeTarget(context, target, signature, { isForced: flags.force === true, isSecret: false })
  const fields = { Signed: file, To: target, Key: key.keyId, Version: key.keyVersionId, Algorithm: key.algorithm }
  if (target !== '-') context.output.record(fields, fields)
}

async function signatureOf(context: Context, key: HeldKey, file: string, form: SignatureForm): Promise<Uint8Array> {
  if (form === 'jws' || form === 'jwt') return Buffer.from(`${await tokenOf(context, key, file, form)}\n`)
  const [digest = new Uint8Array(0)] = await digestsOf(context, file, [key.publicKey])
  const signature = await key.signDigest(digest)
  if (form === 'base64') return Buffer.from(`${encodeText(signature)}\n`)
  if (form === 'der' || key.publicKey.kind === 'rsa') return signature
  const joined = joinedSignature(signature)
  if (joined === undefined) throw new CliError('badSignature', 'the service returned no signature in DER')
  return joined
}

async function tokenOf(context: Context, key: HeldKey, file: string, form: 'jws' | 'jwt'): Promise<string> {
  const tooLong = () =>
    new CliError('tooLarge', `${file} is longer than the ${mostTokenBytes} bytes that a token may hold`)
  const payload = await readSource(context, file, mostTokenBytes, tooLong)
  return form === 'jws' ? signJws(key, payload) : signJwt(key, claimsIn(file, payload))
}

function claimsIn(file: string, payload: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload).toString('utf8'))
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return { ...claims }
  } catch {
    // said below
  }
  throw new CliError(
    'notClaims',
    `${file === '-' ? 'standard input' : file} is no JSON object with the claims of a token`,
  )
}
