import type { Resource } from '../access/authorize.ts'
import { arnOf } from '../arn.ts'
import { invalidParameter } from '../errors.ts'
import { type Alias, aliases } from '../keys/alias.ts'
import type { Call, Kms } from '../kms.ts'
import { type PageInput, paged, pageOf } from '../paging.ts'
import type { Stored } from '../records.ts'
import type { Filter } from '../store.ts'

/**
 * Checks a name that is to be written and notes it for the audit.
 *
 * @throws KmsError `InvalidParameter` of AliasName; names of services (`alias/acs…`) are reserved
 */
export function requireAliasName(call: Call, name: string): void {
  if (!/^alias\/[\w/-]{1,255}$/.test(name) || name.startsWith('alias/acs')) throw invalidParameter('AliasName')
  call.audit.resource = name
}

/** An alias of the caller's account as access decisions see it. */
export const aliasResource = (call: Call, name: string): Resource => ({
  arn: arnOf(call.kms, call.caller.accountId, name),
  accountId: call.caller.accountId,
})

/** A page of aliases, as both lists answer it. */
export async function listAliasesBy(kms: Kms, filter: Filter, input: PageInput) {
  const { items, total } = await kms.records.list(aliases, filter, pageOf(input))
  return { aliases: { alias: items.map((alias) => describedAlias(kms, alias)) }, ...paged(input, total) }
}

const describedAlias = (kms: Kms, { body }: Stored<Alias>) => ({
  aliasName: body.aliasName,
  aliasArn: arnOf(kms, body.accountId, body.aliasName),
  keyId: body.keyId,
})
