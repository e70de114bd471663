import { Command } from 'commander'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource } from '../files.ts'
import { type MaterialEncoding, materialOf, mostMaterialBytes, sendMaterial, wrappingFor } from '../key-material.ts'
import { importCloudCommand } from '../migration/command.ts'

interface ImportFlags {
  readonly key?: string
  readonly encoding: MaterialEncoding
  readonly expires?: string
  readonly sm2?: boolean
}

/** `keyhaven import`: the whole way of key material into a key, from a file or standard input, never from an argument. */
export const importCommand = (): Command =>
  new Command('import')
    .description('import key material into a key that was created with --external')
    .argument(
      '<file>',
      'the material: raw bytes of a symmetric or HMAC key, a private key in PEM or DER; - for standard input',
    )
    .option('--key <key>', 'id, ARN or alias of the key; always needed')
    .option('--encoding <form>', 'of symmetric material: raw, hex or base64', encoding, 'raw')
    .option(
      '--expires <time>',
      'when the service destroys the material, such as 2030-01-01T00:00:00Z; never unless given',
    )
    .option('--sm2', 'wrap with SM2 instead of RSA')
    .action(importMaterial)
    .addCommand(importCloudCommand())

function encoding(text: string): MaterialEncoding {
  if (text === 'raw' || text === 'hex' || text === 'base64') return text
  throw new CliError('usage', '--encoding is raw, hex or base64')
}

async function importMaterial(file: string, flags: ImportFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  const { key } = flags
  if (key === undefined) throw new CliError('usage', '--key is needed: the key that the material is for')
  const keyMaterialExpireUnix = flags.expires === undefined ? 0 : unixSeconds(flags.expires)
  const read = await readMaterial(context, file)
  try {
    await context.withClient(async (client) => {
      const { keyMetadata } = await client.describeKey({ keyId: key })
      if (keyMetadata.origin !== 'EXTERNAL')
        throw new CliError('notExternal', `the key ${key} has material of the service; create one with --external`)
      const { keyId, keySpec } = keyMetadata
      const material = materialOf(read, keySpec, flags.encoding, nameOf(file))
      const wrapping = wrappingFor(keySpec, flags.sm2)
      await sendMaterial(client, { keyId, wrapping, material, keyMaterialExpireUnix })
      const { keyMetadata: now } = await client.describeKey({ keyId })
      const fields = { Imported: file, Key: keyId, Spec: keySpec, State: now.keyState, Expires: now.materialExpireTime }
      context.output.record(fields, fields)
    })
  } finally {
    read.fill(0)
  }
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
