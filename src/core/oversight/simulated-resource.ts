import type { Resource } from '../access/authorize.ts'
import { arnOf } from '../arn.ts'
import { invalidParameter, resourceNotFound } from '../errors.ts'
import { aliases, aliasId } from '../keys/alias.ts'
import { keys } from '../keys/key.ts'
import { keyResource } from '../keys/key-resource.ts'
import type { Call } from '../kms.ts'
import { secretResource } from '../secrets/find-secret.ts'
import { secretId, secrets } from '../secrets/secret.ts'

/**
 * What a call is about, with its policy and tags when it is a key or secret of the caller's account. Any other ARN
 * stands for itself.
 *
 * @throws KmsError `InvalidParameter` of Resource; `Forbidden.ResourceNotFound` for a key, alias or secret
 */
export async function simulatedResource(call: Call, text: string): Promise<Resource> {
  const { accountId } = call.caller
  const own = arnOf(call.kms, accountId, '')
  if (text.startsWith('acs:') && !text.startsWith(own)) return foreign(text)
  const name = text.startsWith(own) ? text.slice(own.length) : text
  const found = await existing(call, name)
  if (found !== undefined) return found
  // What is created, and what is listed, has an ARN though nothing stands behind it; so has everything of a sort.
  if (text.startsWith('acs:')) return { arn: text, accountId }
  throw resourceNotFound('key, alias or secret', text)
}

function foreign(arn: string): Resource {
  const [, , , accountId = '', ...rest] = arn.split(':')
  if (rest.length === 0) throw invalidParameter('Resource')
  return { arn, accountId }
}

async function existing(call: Call, name: string): Promise<Resource | undefined> {
  const { kms, caller } = call
  const { accountId } = caller
  if (name.startsWith('secret/')) {
    const secret = await kms.records.get(secrets, secretId(accountId, name.slice('secret/'.length)))
    return secret && secretResource(call, secret)
  }
  const alias = name.startsWith('alias/') ? await kms.records.get(aliases, aliasId(accountId, name)) : undefined
  const key = await kms.records.get(keys, alias?.body.keyId ?? name.replace(/^key\//, ''))
  return key?.body.accountId === accountId ? keyResource(call, key) : undefined
}
