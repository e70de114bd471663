import { invalidParameter, KmsError } from '../errors.ts'
import type { RecordReader, Stored } from '../records.ts'
import { recordKind } from '../records.ts'
import type { IndexEntry } from '../store.ts'
import { findNetworkRule } from './network-rule.ts'
import { isPermission, permissionsOfScope } from './permissions.ts'

/** What applications may do, with what and from where. Record id = `<account>/<name>`. */
export interface AccessPolicy {
  readonly accountId: string
  readonly name: string
  /** the instance it is for, or `shared` for the public gateway */
  readonly scope: string
  readonly permissions: readonly string[]
  /** `key/<id>`, `key/*`, `secret/<name>`, `secret/*` */
  readonly resources: readonly string[]
  /** names; without any, every address may call */
  readonly networkRules: readonly string[]
  readonly description: string
}

export const sharedScope = 'shared'

export const accessPolicies = recordKind<AccessPolicy>({
  name: 'access-policy',
  indexes: (policy) => [
    ['account', policy.accountId],
    ...policy.networkRules.map((name): IndexEntry => ['network-rule', `${policy.accountId}/${name}`]),
  ],
})

export const accessPolicyId = (accountId: string, name: string): string => `${accountId}/${name}`

/** @throws KmsError `Forbidden.ResourceNotFound` */
export async function findAccessPolicy(
  reader: RecordReader,
  accountId: string,
  name: string,
): Promise<Stored<AccessPolicy>> {
  const policy = await reader.get(accessPolicies, accessPolicyId(accountId, name))
  if (policy === undefined) throw new KmsError('Forbidden.ResourceNotFound')
  return policy
}

/**
 * Checks what a policy says.
 * @throws KmsError `InvalidParameter` naming the parameter; `Forbidden.ResourceNotFound` for an unknown network rule
 */
export async function checkAccessPolicy(reader: RecordReader, policy: AccessPolicy): Promise<void> {
  const { accountId, scope, permissions, resources } = policy
  if (!permissions.every((name) => isPermission(name, scope === sharedScope))) {
    const known = permissionsOfScope(scope === sharedScope).join(', ')
    throw invalidParameter('Permissions', `The permissions here are: ${known}.`)
  }
  const wrong = resources.find((resource) => !/^(key|secret)\/(\*|[\w/+=.@-]{1,128})$/.test(resource))
  if (wrong !== undefined) throw invalidParameter('Resources', 'They are key/<id>, key/*, secret/<name>, secret/*.')
  for (const name of policy.networkRules) await findNetworkRule(reader, accountId, name)
}
