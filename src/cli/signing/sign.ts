import type { Command } from 'commander'
import { type HeldKey, joinedSignature, signJws, signJwt } from '../../signing/index.ts'
import { encodeText } from '../base64-text.ts'
import { type HeldKeyFlags, withKeyOfFlags } from '../certificate/held-key-options.ts'
import type { ClientKeyFlags } from '../client-key.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource, writeTarget } from '../files.ts'
import { digestsOf } from './digests.ts'

export type SignatureForm = 'der' | 'raw' | 'base64' | 'jws' | 'jwt'

interface SignFlags extends HeldKeyFlags, ClientKeyFlags {
  readonly form: SignatureForm
  readonly out?: string
  readonly force?: boolean
}

/** A token holds what it signs, and is held in memory. */
export const mostTokenBytes = 1024 * 1024

/** `keyhaven sign` */
export async function signCommandAction(file: string, flags: SignFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  const { key, signature } = await withKeyOfFlags(context, flags, async (held) => ({
    key: held,
    signature: await signatureOf(context, held, file, flags.form),
  }))
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
  const name = file === '-' ? 'standard input' : file
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(payload)
    const claims: unknown = JSON.parse(text, (member, value) => exact(name, member, value))
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return { ...claims }
  } catch (error) {
    if (error instanceof CliError) throw error
  }
  throw new CliError('notClaims', `${name} is no JSON object with the claims of a token`)
}

/** A number that is read as another one would be signed as another one. */
function exact(file: string, member: string, value: unknown): unknown {
  if (typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value
  throw new CliError('notClaims', `"${member}" in ${file} is too large for a number; write it as text`)
}
