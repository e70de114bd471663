import { KmsError } from '../errors.ts'
import type { RecordReader, Stored } from '../records.ts'
import { recordKind } from '../records.ts'

export type PolicyType = 'System' | 'Custom'

/** A policy made by the account; it keeps some of its versions. Record id = `<account>/<policy name>`. */
export interface Policy {
  readonly accountId: string
  readonly policyName: string
  readonly description: string
  readonly createdAt: string
  readonly updatedAt: string
  /** oldest first, never empty */
  readonly versions: readonly PolicyVersion[]
  /** the version in force */
  readonly defaultVersion: string
  /** of the next version, so that no number is used twice */
  readonly nextVersion: number
  /** how many users, groups and roles have it */
  readonly attachmentCount: number
}

export interface PolicyVersion {
  /** `v1` */
  readonly id: string
  /** JSON text, checked */
  readonly document: string
  readonly createdAt: string
}

export const policies = recordKind<Policy>({ name: 'policy', indexes: (policy) => [['account', policy.accountId]] })

export const policyId = (accountId: string, policyName: string): string => `${accountId}/${policyName}`

/** @throws KmsError `EntityNotExist.Policy` */
export async function findCustomPolicy(
  reader: RecordReader,
  accountId: string,
  policyName: string,
): Promise<Stored<Policy>> {
  const policy = await reader.get(policies, policyId(accountId, policyName))
  if (policy === undefined) throw new KmsError('EntityNotExist.Policy')
  return policy
}

/** JSON text of the version in force. */
export function documentInForce(policy: Policy): string {
  const version = policy.versions.find(({ id }) => id === policy.defaultVersion)
  // A policy always has its default version; without it nothing may be granted.
  if (version === undefined) throw new KmsError('InternalFailure', { cause: `${policy.policyName} has no version` })
  return version.document
}

export const describePolicy = (policyType: PolicyType, policy: Policy) => ({
  policyName: policy.policyName,
  policyType,
  description: policy.description,
  defaultVersion: policy.defaultVersion,
})

export const describeDatedPolicy = (policyType: PolicyType, policy: Policy) => ({
  ...describePolicy(policyType, policy),
  createDate: policy.createdAt,
  updateDate: policy.updatedAt,
  attachmentCount: policy.attachmentCount,
})

export const describePolicyVersion = (policy: Policy, version: PolicyVersion) => ({
  versionId: version.id,
  isDefaultVersion: version.id === policy.defaultVersion,
  policyDocument: version.document,
  createDate: version.createdAt,
})
