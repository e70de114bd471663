import type { Command } from 'commander'
import { CreateKey } from '../../api/keys.ts'
import type { RequestOf } from '../../api/operation.ts'
import { contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { aliasName } from '../names.ts'

type Request = RequestOf<typeof CreateKey>

interface CreateOptions {
  readonly alias?: string
  readonly spec?: string
  readonly usage?: string
  readonly external?: boolean
  readonly hsm?: boolean
  readonly description?: string
  readonly rotateEvery?: string
  readonly instance?: string
  readonly tag?: Readonly<Record<string, string>>
}

/** `keyhaven key create`: the key first, then its alias; a refused alias leaves the key and says its id. */
export async function createKey(options: CreateOptions, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  const request = requestFrom(options)
  await withClient(async (client) => {
    const { keyMetadata, requestId } = await client.createKey(request)
    const alias = options.alias === undefined ? undefined : aliasName(options.alias)
    if (alias !== undefined)
      await client.createAlias({ aliasName: alias, keyId: keyMetadata.keyId }).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        throw new CliError('noAlias', `created key ${keyMetadata.keyId}, but not ${alias}: ${reason}`, error)
      })
    output.record(
      {
        Key: keyMetadata.keyId,
        Alias: alias,
        Spec: keyMetadata.keySpec,
        Usage: keyMetadata.keyUsage,
        State: keyMetadata.keyState,
      },
      { keyMetadata, ...(alias === undefined ? {} : { aliasName: alias }), requestId },
    )
  })
}

function requestFrom(options: CreateOptions): Request {
  return {
    ...(options.spec === undefined ? {} : { keySpec: oneOf('spec', 'KeySpec', options.spec) as Request['keySpec'] }),
    ...(options.usage === undefined
      ? {}
      : { keyUsage: oneOf('usage', 'KeyUsage', options.usage) as Request['keyUsage'] }),
    ...(options.external === true ? { origin: 'EXTERNAL' } : {}),
    ...(options.hsm === true ? { protectionLevel: 'HSM' } : {}),
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.rotateEvery === undefined
      ? {}
      : { enableAutomaticRotation: true, rotationInterval: options.rotateEvery }),
    ...(options.instance === undefined ? {} : { dKMSInstanceId: options.instance }),
    ...(options.tag === undefined
      ? {}
      : { tags: Object.entries(options.tag).map(([tagKey, tagValue]) => ({ tagKey, tagValue })) }),
  }
}

/** The service's spelling of a value from a closed set; people need not match its letter case. */
function oneOf(option: string, field: 'KeySpec' | 'KeyUsage', given: string): string {
  const values = CreateKey.request[field].values ?? []
  const found = values.find((value) => value.toLowerCase() === given.toLowerCase())
  if (found === undefined) throw new CliError('usage', `--${option} must be one of ${values.join(', ')}`)
  return found
}
