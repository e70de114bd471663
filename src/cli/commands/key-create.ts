import type { Command } from 'commander'
import { CreateAlias } from '../../api/aliases.ts'
import { CreateKey } from '../../api/keys.ts'
import type { RequestOf } from '../../api/operation.ts'
import type { Client } from '../../sdk/client.ts'
import { ServiceError } from '../../sdk/errors.ts'
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

/** `keyhaven key create`: an alias that cannot be given is found before there is a key, as far as that can be known. */
export async function createKey(options: CreateOptions, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  const request = requestFrom(options)
  const alias = options.alias === undefined ? undefined : validAlias(aliasName(options.alias))
  await withClient(async (client) => {
    if (alias !== undefined) await requireFree(client, alias)
    const { keyMetadata, requestId } = await client.createKey(request)
    if (alias !== undefined) await giveAlias(client, alias, keyMetadata.keyId)
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

function validAlias(alias: string): string {
  const { pattern, doc } = CreateAlias.request.AliasName
  if (pattern?.exec(alias)?.[0] === alias) return alias
  throw new CliError('usage', `--alias ${alias} is none: ${doc}`)
}

/** @throws CliError `aliasExists` */
async function requireFree(client: Client, alias: string): Promise<void> {
  const named = await client.describeKey({ keyId: alias }).catch(unlessServiceError)
  if (named !== undefined)
    throw new CliError('aliasExists', `${alias} names the key ${named.keyMetadata.keyId} already; no key was created`)
}

/** Somebody was faster, or the caller may make keys but no aliases: the key that nobody knows by name is not left. */
async function giveAlias(client: Client, alias: string, keyId: string): Promise<void> {
  try {
    await client.createAlias({ aliasName: alias, keyId })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const scheduled = await client.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 }).catch(unlessServiceError)
    const fate =
      scheduled === undefined
        ? `the key ${keyId} was created, without a name`
        : `its key ${keyId} will be deleted in 7 days`
    throw new CliError('noAlias', `${alias} could not be created, so ${fate}: ${reason}`, error)
  }
}

/** What the service refuses to tell or to do is decided by the call that matters. */
function unlessServiceError(error: unknown): undefined {
  if (!(error instanceof ServiceError)) throw error
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
