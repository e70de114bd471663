import { maxSecretNameLength } from '../../api/secret-fields.ts'
import { invalidParameter, resourceNotFound } from '../errors.ts'
import type { RecordReader, Stored } from '../records.ts'
import { recordKind } from '../records.ts'
import { permissionNames } from './permissions.ts'

/** What applications may do, with what and from where. Record id = `<account>/<name>`. */
export interface AccessPolicy {
  readonly accountId: string
  readonly name: string
  /** the instance it is for, or `shared` for the public gateway */
  readonly scope: string
  readonly permissions: readonly string[]
  /** `key/<id>`, `secret/<name>`; `*` stands for any characters */
  readonly resources: readonly string[]
  /** names; without any, every address may call, and while none of them exists, nobody */
  readonly networkRules: readonly string[]
  readonly description: string
}

export const sharedScope = 'shared'

/** Names of secrets are the longest. */
const resourceForm = new RegExp(`^(key|secret)/[\\w/+=.@*-]{1,${maxSecretNameLength}}$`)

export const accessPolicies = recordKind<AccessPolicy>({
  name: 'access-policy',
  indexes: (policy) => [['account', policy.accountId]],
})

export const accessPolicyId = (accountId: string, name: string): string => `${accountId}/${name}`

/** @throws KmsError `Forbidden.ResourceNotFound` */
export async function findAccessPolicy(
  reader: RecordReader,
  accountId: string,
  name: string,
): Promise<Stored<AccessPolicy>> {
  const policy = await reader.get(accessPolicies, accessPolicyId(accountId, name))
  if (policy === undefined) throw resourceNotFound('policy', name)
  return policy
}

/**
 * Checks what a policy says. Its network rules, like the policies of an access point, are looked for when they are used.
 * @throws KmsError `InvalidParameter` naming the parameter
 */
export function checkAccessPolicy({ permissions, resources }: AccessPolicy): void {
  if (!permissions.every((name) => permissionNames.includes(name))) {
    throw invalidParameter('Permissions', `The permissions are: ${permissionNames.join(', ')}.`)
  }
  if (!resources.every((resource) => resourceForm.test(resource))) {
    throw invalidParameter('Resources', 'They are key/<id> and secret/<name>; `*` stands for any characters.')
  }
}
