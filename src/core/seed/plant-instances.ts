import { createInstance } from '../instances/create-instance.ts'
import { defaultInstanceName, type Instance, instances } from '../instances/instance.ts'
import type { Kms } from '../kms.ts'
import { countOnly } from '../paging.ts'
import type { Stored } from '../records.ts'
import { formatTime } from '../time.ts'
import type { Planting } from './planting.ts'
import type { SeedInstance } from './seed.ts'

/** The instances of the seed, or, since an account always has one, the usual one. */
export function instancePlantings(kms: Kms, given: readonly SeedInstance[]): readonly Planting[] {
  const { records, settings } = kms
  const { accountId } = settings
  if (given.length === 0) return [usualInstance(kms)]
  return given.map(({ id, name = id, type }, index) => ({
    path: `instances[${index}]`,
    isThere: async () => (await records.get(instances, id)) !== undefined,
    plant: () =>
      records.transaction((transaction) =>
        transaction.insert(instances, id, {
          ...{ accountId, name, status: 'Connected', productType: type },
          createdAt: formatTime(kms.now()),
        }),
      ),
  }))
}

const usualInstance = (kms: Kms): Planting => ({
  path: 'instances',
  isThere: async () => (await kms.records.list(instances, { account: [kms.settings.accountId] }, countOnly)).total > 0,
  plant: () => createInstance(kms, kms.settings.accountId, defaultInstanceName),
})

/** By id, or by the name that is easier to remember. */
export async function instanceIdOf(kms: Kms, given: string | undefined): Promise<string | undefined> {
  if (given === undefined) return undefined
  const { items } = await kms.records.list(instances, { account: [kms.settings.accountId] }, { offset: 0, limit: 100 })
  const isMeant = ({ id, body }: Stored<Instance>): boolean => id === given || body.name === given
  const found = items.find(isMeant)
  if (found === undefined) throw new Error(`there is no instance "${given}"`)
  return found.id
}
