import type { Kms } from '../kms.ts'
import { accountKeyPlanting } from './plant-access-keys.ts'
import { applicationPlantings } from './plant-applications.ts'
import { instancePlantings } from './plant-instances.ts'
import { keyPlantings } from './plant-keys.ts'
import { policyPlantings, rolePlantings } from './plant-roles.ts'
import { secretPlantings } from './plant-secrets.ts'
import { userPlantings } from './plant-users.ts'
import { type Planting, within } from './planting.ts'
import type { Seed } from './seed.ts'

export interface Planted {
  readonly made: number
  /** were there already, and are as they were */
  readonly kept: number
}

/**
 * Makes what the seed names and is not there yet. Called again, it changes nothing.
 *
 * @throws SeedError naming the member that cannot be; what stands before it in the seed may have been made
 */
export async function plantSeed(kms: Kms, seed: Seed): Promise<Planted> {
  let made = 0
  // Key material is looked at as a whole first: it is where mistakes are likely.
  const plantings: readonly Planting[] = [
    ...instancePlantings(kms, seed.instances),
    ...accountKeyPlanting(kms, seed.accessKey),
    ...(await keyPlantings(kms, seed.keys)),
    ...policyPlantings(kms, seed.policies),
    ...userPlantings(kms, seed.users),
    ...rolePlantings(kms, seed.roles),
    ...applicationPlantings(kms, seed.applications),
    ...secretPlantings(kms, seed.secrets),
  ]
  for (const { path, isThere, plant } of plantings) {
    await within(path, async () => {
      if (await isThere()) return
      await plant()
      made += 1
    })
  }
  return { made, kept: plantings.length - made }
}
