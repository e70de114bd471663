import type { Kms } from '../kms.ts'
import { attachPolicyToUser } from '../ram/attach-policy-to-user.ts'
import { createUser } from '../ram/create-user.ts'
import { userId, users } from '../ram/user.ts'
import { accessKeyPlanting } from './plant-access-keys.ts'
import { policyNamed } from './plant-roles.ts'
import { type Planting, seedCall } from './planting.ts'
import type { SeedUser } from './seed.ts'

export const userPlantings = (kms: Kms, given: readonly SeedUser[]): readonly Planting[] =>
  given.flatMap((user, index) => {
    const path = `users[${index}]`
    return [
      {
        path,
        isThere: async () => (await stored(kms, user)) !== undefined,
        plant: () => createUser(seedCall(kms, 'CreateUser'), { userName: user.name }),
      },
      ...user.accessKeys.map((key, at) => accessKeyPlanting(kms, `${path}.accessKeys[${at}]`, key, user.name)),
      ...user.policies.map((policyName, at) => ({
        path: `${path}.policies[${at}]`,
        isThere: async () =>
          (await stored(kms, user))?.body.policies.some((attached) => attached.policyName === policyName) ?? false,
        plant: () =>
          attachPolicyToUser(seedCall(kms, 'AttachPolicyToUser'), { userName: user.name, ...policyNamed(policyName) }),
      })),
    ]
  })

const stored = (kms: Kms, { name }: SeedUser) => kms.records.get(users, userId(kms.settings.accountId, name))
