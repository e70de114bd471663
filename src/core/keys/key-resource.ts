import type { Resource } from '../access/authorize.ts'
import { type PolicyDocument, parseResourcePolicy } from '../access/policy.ts'
import type { Call, Kms } from '../kms.ts'
import type { Stored } from '../records.ts'
import type { Key } from './key.ts'

/** `acs:kms:<region>:<account>:<rest>`; `rest` is `key/<id>` or an alias name. */
export const arnOf = (kms: Kms, accountId: string, rest: string): string =>
  `acs:kms:${kms.settings.regionId}:${accountId}:${rest}`

export const keyArn = (kms: Kms, key: Stored<Key>): string => arnOf(kms, key.body.accountId, `key/${key.id}`)

// Bodies are never changed in place, so a body stands for its policy text as long as somebody holds it.
const parsedPolicies = new WeakMap<Key, PolicyDocument>()

/**
 * The key as an access decision sees it. A key without a policy of its own has the default one, which leaves the
 * decision to the identity policies of its account: then there is no `policy` here.
 */
export function keyResource(call: Call, key: Stored<Key>): Resource {
  const { accountId, tags } = key.body
  return { arn: keyArn(call.kms, key), accountId, tags, policy: keyPolicy(key.body) }
}

/** A key that nobody has found: what a policy would say about the name alone. */
export const unknownKeyResource = (call: Call, accountId: string, name: string): Resource => ({
  arn: arnOf(call.kms, accountId, `key/${name}`),
  accountId,
})

function keyPolicy(key: Key): PolicyDocument | undefined {
  if (key.policy === undefined) return undefined
  const known = parsedPolicies.get(key)
  if (known) return known
  const parsed = parseResourcePolicy(key.policy)
  parsedPolicies.set(key, parsed)
  return parsed
}
