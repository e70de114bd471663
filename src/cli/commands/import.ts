import { Command } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { type MaterialWrapping, privateKeyDer, wrapKeyMaterial } from '../../signing/index.ts'
import { decodeWrappedText } from '../base64-text.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource } from '../files.ts'

interface ImportFlags {
  readonly key: string
  readonly encoding: string
  readonly expires?: string
  readonly sm2?: boolean
}

const mostMaterialBytes = 16 * 1024

/** `keyhaven import`: the whole way of key material into a key, from a file or standard input, never from an argument. */
export const importCommand = (): Command =>
  new Command('import')
    .description('import key material into a key that was created with --external')
    .argument(
      '<file>',
      'the material: raw bytes of a symmetric or HMAC key, a private key in PEM or DER; - for standard input',
    )
    .requiredOption('--key <key>', 'id, ARN or alias of the key')
    .option('--encoding <form>', 'of symmetric material: raw, hex or base64', encoding, 'raw')
    .option(
      '--expires <time>',
      'when the service destroys the material, such as 2030-01-01T00:00:00Z; never unless given',
    )
    .option('--sm2', 'wrap with SM2 instead of RSA')
    .action(importMaterial)

function encoding(text: string): string {
  if (['raw', 'hex', 'base64'].includes(text)) return text
  throw new CliError('usage', '--encoding is raw, hex or base64')
}

async function importMaterial(file: string, flags: ImportFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  const keyMaterialExpireUnix = flags.expires === undefined ? 0 : unixSeconds(flags.expires)
  const read = await readMaterial(context, file)
  try {
    await context.withClient(async (client) => {
      const { keyMetadata } = await client.describeKey({ keyId: flags.key })
      if (keyMetadata.origin !== 'EXTERNAL')
        throw new CliError(
          'notExternal',
          `the key ${flags.key} has material of the service; create one with --external`,
        )
      const { keyId, keySpec } = keyMetadata
      const material = materialOf(read, keySpec, flags.encoding, file)
      const wrapping = wrappingFor(keySpec, flags.sm2 === true)
      await send(client, { keyId, wrapping, material, keyMaterialExpireUnix })
      const { keyMetadata: now } = await client.describeKey({ keyId })
      const fields = { Imported: file, Key: keyId, Spec: keySpec, State: now.keyState, Expires: now.materialExpireTime }
      context.output.record(fields, fields)
    })
  } finally {
    read.fill(0)
  }
}

/** What the import parameters are asked for. */
interface Wrapping {
  readonly wrappingKeySpec: 'RSA_2048' | 'EC_SM2'
  readonly wrappingAlgorithm: MaterialWrapping
}

interface Import {
  readonly keyId: string
  readonly wrapping: Wrapping
  readonly material: Uint8Array
  readonly keyMaterialExpireUnix: number
}

async function send(client: Client, { keyId, wrapping, material, keyMaterialExpireUnix }: Import): Promise<void> {
  try {
    const { publicKey, importToken } = await client.getParametersForImport({ keyId, ...wrapping })
    const encryptedKeyMaterial = wrapKeyMaterial(publicKey, wrapping.wrappingAlgorithm, material)
    await client.importKeyMaterial({ keyId, importToken, encryptedKeyMaterial, keyMaterialExpireUnix })
  } finally {
    material.fill(0)
  }
}

/** A private key is longer than what RSA_2048 can wrap by itself. */
function wrappingFor(keySpec: string, isSm2: boolean): Wrapping {
  if (isSm2) return { wrappingKeySpec: 'EC_SM2', wrappingAlgorithm: 'SM2PKE' }
  const wrappingAlgorithm = isSecretText(keySpec) ? 'RSAES_OAEP_SHA_256' : 'RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD'
  return { wrappingKeySpec: 'RSA_2048', wrappingAlgorithm }
}

/** Material that is bytes without a structure. */
const isSecretText = (keySpec: string): boolean => keySpec.startsWith('Aliyun_') || keySpec.startsWith('HMAC_')

function materialOf(read: Uint8Array, keySpec: string, form: string, file: string): Uint8Array {
  if (!isSecretText(keySpec)) return privateKeyOf(read, file)
  if (form === 'raw') return Uint8Array.from(read)
  const text = Buffer.from(read).toString('latin1').trim()
  const bytes = form === 'base64' ? decodeWrappedText(text) : hexBytes(text)
  if (bytes === undefined) throw new CliError('badMaterial', `${nameOf(file)} is not ${form}`)
  return bytes
}

const hexBytes = (text: string): Uint8Array | undefined =>
  /^(?:[0-9a-fA-F]{2})+$/.test(text) ? Uint8Array.from(Buffer.from(text, 'hex')) : undefined

function privateKeyOf(read: Uint8Array, file: string): Uint8Array {
  const text = Buffer.from(read).toString('latin1')
  if (!text.includes('-----BEGIN')) return Uint8Array.from(read)
  const der = privateKeyDer(text.slice(text.indexOf('-----BEGIN')))
  if (der !== undefined) return der
  throw new CliError('badMaterial', `${nameOf(file)} holds no unencrypted private key: PKCS #8, or SEC 1 of an EC key`)
}

async function readMaterial(context: Context, file: string): Promise<Uint8Array> {
  const tooLong = () => new CliError('tooLarge', `${nameOf(file)} is too long for key material`)
  const bytes = await readSource(context, file, mostMaterialBytes, tooLong)
  if (bytes.length === 0) throw new CliError('empty', `${nameOf(file)} is empty`)
  return bytes
}

function unixSeconds(text: string): number {
  const milliseconds = Date.parse(text)
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(milliseconds))
    throw new CliError('badTime', `--expires ${text} is no time such as 2030-01-01T00:00:00Z`)
  return Math.floor(milliseconds / 1000)
}

const nameOf = (file: string): string => (file === '-' ? 'standard input' : file)
