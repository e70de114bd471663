import type { Resource } from '../access/authorize.ts'
import { storedResourcePolicy } from '../access/resource-policy.ts'
import { arnOf } from '../arn.ts'
import type { Call, Kms } from '../kms.ts'
import type { Stored } from '../records.ts'
import type { Key } from './key.ts'

export const keyArn = (kms: Kms, key: Stored<Key>): string => arnOf(kms, key.body.accountId, `key/${key.id}`)

/**
 * The key as an access decision sees it. A key without a policy of its own has the default one, which leaves the
 * decision to the identity policies of its account: then there is no `policy` here.
 */
export function keyResource(call: Pick<Call, 'kms'>, key: Stored<Key>): Resource {
  const { accountId, tags, policy, instanceId } = key.body
  return {
    arn: keyArn(call.kms, key),
    accountId,
    tags,
    instanceId,
    policy: policy === undefined ? undefined : storedResourcePolicy(accountId, policy),
  }
}

/** A key that nobody has found: what a policy would say about the name alone. */
export const unknownKeyResource = (call: Call, accountId: string, name: string): Resource => ({
  arn: arnOf(call.kms, accountId, `key/${name}`),
  accountId,
})

/** What everything of a sort is created in and listed from: `acs:kms:<region>:<account>:key`, of the caller's account. */
export const container = (call: Call, name: 'key' | 'alias' | 'secret'): Resource => ({
  arn: arnOf(call.kms, call.caller.accountId, name),
  accountId: call.caller.accountId,
})
