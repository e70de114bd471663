import type { Kms } from '../kms.ts'
import { attachPolicyToRole } from '../ram/attach-policy-to-role.ts'
import { createPolicy } from '../ram/create-policy.ts'
import { createRole } from '../ram/create-role.ts'
import { policies, policyId } from '../ram/policy.ts'
import { roleId, roles } from '../ram/role.ts'
import { systemPolicies } from '../ram/system-policies.ts'
import { type Planting, seedCall } from './planting.ts'
import type { SeedPolicy, SeedRole } from './seed.ts'

export const policyPlantings = (kms: Kms, given: readonly SeedPolicy[]): readonly Planting[] =>
  given.map(({ name, document }, index) => ({
    path: `policies[${index}]`,
    isThere: async () => (await kms.records.get(policies, policyId(kms.settings.accountId, name))) !== undefined,
    plant: () => createPolicy(seedCall(kms, 'CreatePolicy'), { policyName: name, policyDocument: document }),
  }))

export const rolePlantings = (kms: Kms, given: readonly SeedRole[]): readonly Planting[] =>
  given.flatMap(({ name, trust, policies: held }, index) => [
    {
      path: `roles[${index}]`,
      isThere: async () => (await kms.records.get(roles, roleId(kms.settings.accountId, name))) !== undefined,
      plant: () =>
        createRole(seedCall(kms, 'CreateRole'), {
          ...{ roleName: name, assumeRolePolicyDocument: trust, maxSessionDuration: usualSessionSeconds },
        }),
    },
    ...held.map((policyName, at) => ({
      path: `roles[${index}].policies[${at}]`,
      isThere: async () => {
        const role = await kms.records.get(roles, roleId(kms.settings.accountId, name))
        return role?.body.policies.some((attached) => attached.policyName === policyName) ?? false
      },
      plant: () =>
        attachPolicyToRole(seedCall(kms, 'AttachPolicyToRole'), { roleName: name, ...policyNamed(policyName) }),
    })),
  ])

const usualSessionSeconds = 3600

/** Names of built-in policies cannot be given to others. */
export const policyNamed = (policyName: string) => ({
  policyName,
  policyType: systemPolicies.has(policyName) ? ('System' as const) : ('Custom' as const),
})
