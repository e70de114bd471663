import { basename } from 'node:path'
import type { Command } from 'commander'
import type { Client } from '../../sdk/client.ts'
import {
  chosenAlgorithm,
  heldKeySet,
  isSignatureOf,
  type JwkSet,
  type PublicKey,
  readPublicKey,
  type SignatureAlgorithm,
  splitJoinedSignature,
  type VerifyingKeys,
  verifyJws,
  verifyJwt,
} from '../../signing/index.ts'
import { decodeWrappedText } from '../base64-text.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource, writeTarget } from '../files.ts'
import { eachOf } from '../paging.ts'
import { digestsOf } from './digests.ts'
import { readKeyFile, readPublicKeyFile, textOf } from './public-key-file.ts'
import { mostTokenBytes, type SignatureForm } from './sign.ts'
import { versionsToTry } from './versions.ts'

interface VerifyFlags {
  readonly signature?: string
  readonly key?: string
  readonly keyVersion?: string
  readonly local?: string
  readonly algorithm?: string
  readonly form: SignatureForm
  readonly out?: string
  readonly force?: boolean
}

/** `keyhaven verify` */
export async function verifyCommandAction(file: string, flags: VerifyFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  if ((flags.key === undefined) === (flags.local === undefined))
    throw new CliError('usage', 'give either --key or --local')
  if (flags.form === 'jws' || flags.form === 'jwt') {
    await verifyToken(context, file, flags)
    return
  }
  const signature = await readSignature(context, file, flags)
  const by =
    flags.local === undefined
      ? await verifiedThere(context, file, flags, signature)
      : await verifiedHere(context, file, flags, signature)
  if (by === undefined) throw new CliError('wrongSignature', `the signature of ${nameOf(file)} is wrong`)
  context.output.record({ Verified: file, ...by }, { verified: true, file, ...by })
}

/** What verified a signature, as it is shown. */
type Verifier = Readonly<Record<string, string>>

async function verifiedHere(
  context: Context,
  file: string,
  { local = '', algorithm, form }: VerifyFlags,
  signature: Uint8Array,
): Promise<Verifier | undefined> {
  const key = await readPublicKeyFile(context, local)
  const chosen = chosenAlgorithm(key, algorithm as SignatureAlgorithm | undefined)
  const [digest = new Uint8Array(0)] = await digestsOf(context, file, [key])
  return isSignatureOf(key, chosen, digest, inDer(key, form, signature)) ? { Key: local, Algorithm: chosen } : undefined
}

async function verifiedThere(
  context: Context,
  file: string,
  { key = '', keyVersion, algorithm, form }: VerifyFlags,
  signature: Uint8Array,
): Promise<Verifier | undefined> {
  return context.withClient(async (client) => {
    const versions = await versionsToTry(client, { key, ...(keyVersion === undefined ? {} : { keyVersion }) })
    const held = await eachOf(versions, 8, (version) => publicKeyOf(client, key, version))
    const digests = await digestsOf(
      context,
      file,
      held.map(({ publicKey }) => publicKey),
    )
    for (const [index, { keyId, keyVersionId, publicKey }] of held.entries()) {
      const chosen = chosenAlgorithm(publicKey, algorithm as SignatureAlgorithm | undefined)
      const value = inDer(publicKey, form, signature)
      const digest = digests[index] ?? new Uint8Array(0)
      const answer = await client.asymmetricVerify({ keyId, keyVersionId, algorithm: chosen, digest, value })
      if (answer.value) return { Key: keyId, Version: keyVersionId, Algorithm: chosen }
    }
    return undefined
  })
}

async function publicKeyOf(client: Client, key: string, keyVersionId: string) {
  const { keyId, publicKey } = await client.getPublicKey({ keyId: key, keyVersionId })
  const read = readPublicKey(publicKey)
  if (read === undefined) throw new CliError('badKey', `the key ${key} is of a kind that does not sign`)
  return { keyId, keyVersionId, publicKey: read }
}

/** No signature is anything like as long. */
const mostSignatureBytes = 16 * 1024

async function readSignature(context: Context, file: string, { signature, form }: VerifyFlags): Promise<Uint8Array> {
  if (signature === undefined && file === '-') throw new CliError('usage', 'say where the signature is: --signature')
  const source = signature ?? `${file}.sig`
  if (source === '-' && file === '-') throw new CliError('usage', 'only one of the two can be standard input')
  const tooLong = () => new CliError('badSignature', `${nameOf(source)} is too long for a signature`)
  const bytes = await readSource(context, source, mostSignatureBytes, tooLong)
  if (form !== 'base64') return bytes
  const decoded = decodeWrappedText(textOf(bytes))
  if (decoded === undefined) throw new CliError('badSignature', `${nameOf(source)} is no Base64 text`)
  return decoded
}

/** A raw signature of another length is a wrong one, whatever it is. */
const inDer = ({ kind }: PublicKey, form: SignatureForm, signature: Uint8Array): Uint8Array =>
  form === 'raw' && kind !== 'rsa' ? (splitJoinedSignature(signature) ?? new Uint8Array(0)) : signature

async function verifyToken(context: Context, file: string, flags: VerifyFlags): Promise<void> {
  const tooLong = () => new CliError('tooLarge', `${nameOf(file)} is too long for a token`)
  const token = textOf(await readSource(context, file, 2 * mostTokenBytes, tooLong))
  const keys = flags.local === undefined ? await keysOf(context, flags) : await keysIn(context, flags.local)
  if (flags.form === 'jwt') verifyJwt(token, keys)
  const { header, payload } = verifyJws(token, keys)
  const { out, force } = flags
  if (out !== undefined) await writeTarget(context, out, payload, { isForced: force === true, isSecret: false })
  const fields = { Verified: file, Key: String(header.kid ?? ''), Algorithm: header.alg }
  const whole = {
    verified: true,
    file,
    header,
    ...(flags.form === 'jwt' ? { claims: JSON.parse(textOf(payload)) } : {}),
  }
  if (out !== '-') context.output.record(fields, whole)
}

const keysOf = (context: Context, { key = '' }: VerifyFlags): Promise<JwkSet> =>
  context.withClient((client) => heldKeySet(client, [key]))

async function keysIn(context: Context, file: string): Promise<VerifyingKeys> {
  const text = textOf(await readKeyFile(context, file))
  if (!text.trimStart().startsWith('{')) return readPublicKeyFile(context, file)
  const set = jsonIn(text) as { readonly keys?: unknown } | undefined
  if (!Array.isArray(set?.keys)) throw new CliError('badKey', `${basename(file)} is no JWK set`)
  return { keys: set.keys.filter((jwk) => typeof jwk === 'object' && jwk !== null) }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const nameOf = (file: string): string => (file === '-' ? 'standard input' : file)
