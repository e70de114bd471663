import { basename } from 'node:path'
import type { Command } from 'commander'
import {
  chosenAlgorithm,
  isSignatureOf,
  type JoseAlgorithm,
  type JwkSet,
  joseAlgorithms,
  type PublicKey,
  publicJwk,
  type SignatureAlgorithm,
  splitJoinedSignature,
  type VerifyingKeys,
  verifyJws,
  verifyJwt,
} from '../../signing/index.ts'
import { keyIdentifier } from '../../signing/kid.ts'
import { decodeWrappedText } from '../base64-text.ts'
import type { ClientKeyFlags } from '../client-key.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource, writeTarget } from '../files.ts'
import { digestsOf } from './digests.ts'
import { readKeyFile, readPublicKeyFile, textOf } from './public-key-file.ts'
import { mostTokenBytes, type SignatureForm } from './sign.ts'
import { withVersions } from './verifying-versions.ts'
import type { VersionFlags } from './versions.ts'

interface VerifyFlags extends ClientKeyFlags {
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
  requireFitting(flags)
  if (isToken(flags)) {
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

const isToken = ({ form }: VerifyFlags): boolean => form === 'jws' || form === 'jwt'

/** What is given for nothing would be believed to have been checked. */
function requireFitting(flags: VerifyFlags): void {
  const { key, local, keyVersion, clientKey, signature, out } = flags
  if ((key === undefined) === (local === undefined)) throw new CliError('usage', 'give either --key or --local')
  if (local !== undefined && keyVersion !== undefined) throw new CliError('usage', '--key-version goes with --key')
  if (local !== undefined && clientKey !== undefined) throw new CliError('usage', '--client-key goes with --key')
  if (isToken(flags) && signature !== undefined) throw new CliError('usage', 'a token holds its signature')
  if (!isToken(flags) && out !== undefined) throw new CliError('usage', '--out goes with --form jws or jwt')
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
  flags: VerifyFlags,
  signature: Uint8Array,
): Promise<Verifier | undefined> {
  return withVersions(context, namedKey(flags), async (versions) => {
    const keys = versions.map(({ publicKey }) => publicKey)
    const digests = await digestsOf(context, file, keys)
    for (const [index, { keyId, keyVersionId, publicKey, verify }] of versions.entries()) {
      const chosen = chosenAlgorithm(publicKey, flags.algorithm as SignatureAlgorithm | undefined)
      const isRight = await verify(chosen, digests[index] ?? new Uint8Array(0), inDer(publicKey, flags.form, signature))
      if (isRight) return { Key: keyId, Version: keyVersionId, Algorithm: chosen }
    }
    return undefined
  })
}

const namedKey = ({ key = '', ...flags }: VerifyFlags): VersionFlags & ClientKeyFlags => ({ ...flags, key })

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
  requireAlgorithm(header.alg, flags.algorithm)
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

/** The one that is asked for is the only one that will do. */
function requireAlgorithm(alg: JoseAlgorithm, wanted: string | undefined): void {
  if (wanted === undefined || joseAlgorithms[alg] === wanted) return
  throw new CliError('algorithm', `the token is signed with ${alg}, not with ${wanted}`)
}

const keysOf = (context: Context, flags: VerifyFlags): Promise<JwkSet> =>
  withVersions(context, namedKey(flags), async (versions) => ({
    keys: versions.flatMap(({ keyId, keyVersionId, publicKey }) => {
      const kid = keyVersionId === '' ? undefined : keyIdentifier(keyId, keyVersionId)
      return publicJwk(publicKey, kid) ?? []
    }),
  }))

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
