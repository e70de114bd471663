import { keySpecs } from '../../crypto/algorithms.ts'
import { CryptoFailure } from '../../crypto/failure.ts'
import { requireAliasName } from '../aliases/alias-rules.ts'
import { acceptMaterial, fingerprint } from '../key-material/imported-material.ts'
import { insertVersion, type NewMaterial, withNewMaterial, withVersion } from '../keys/add-version.ts'
import { aliases, aliasId } from '../keys/alias.ts'
import { newKey } from '../keys/create-key.ts'
import { type Key, type KeyState, keys } from '../keys/key.ts'
import type { Kms } from '../kms.ts'
import type { Transaction } from '../records.ts'
import { formatTime, secondsLater, secondsPerDay } from '../time.ts'
import { instanceIdOf } from './plant-instances.ts'
import { type Planting, seedCall, within } from './planting.ts'
import { SeedError, type SeedKey, type SeedKeyVersion } from './seed.ts'
import { seedVersionId } from './seed-version-id.ts'

/** @throws SeedError for material that is not of the key's spec */
export const keyPlantings = (kms: Kms, given: readonly SeedKey[]): Promise<readonly Planting[]> =>
  Promise.all(
    given.map(async (key, index) => {
      const path = `keys[${index}]`
      const materials = await Promise.all(
        key.versions.map((version, at) => materialOf(key, version, `${path}.versions[${at}]`)),
      )
      return {
        path,
        isThere: async () => (await kms.records.get(keys, key.id)) !== undefined,
        plant: () => plantKey(kms, key, materials),
      }
    }),
  )

async function materialOf(key: SeedKey, { material }: SeedKeyVersion, path: string): Promise<NewMaterial> {
  const entry = keySpecs.get(key.spec)
  if (entry === undefined) throw new SeedError(path, `there is no key spec "${key.spec}"`)
  try {
    return await acceptMaterial(entry, material)
  } catch (error) {
    if (!(error instanceof CryptoFailure)) throw error
    const { materialBytes } = entry
    const wanted = materialBytes === undefined ? 'a private key' : `${materialBytes} bytes, not all alike,`
    throw new SeedError(path, `${wanted} of ${key.spec} is needed`)
  }
}

async function plantKey(kms: Kms, key: SeedKey, materials: readonly NewMaterial[]): Promise<void> {
  const body = await bodyOf(kms, key)
  const isMade = materials.length === 0 && key.origin === 'Aliyun_KMS'
  if (!isMade) return insertKey(kms, key, body, materials)
  await withNewMaterial(body, 'seed', (material) => insertKey(kms, key, body, [material]))
}

/** As CreateKey would make it, but for what only a seed can say. */
async function bodyOf(kms: Kms, key: SeedKey): Promise<Key> {
  const made = await newKey(seedCall(kms, 'CreateKey'), {
    ...{ keySpec: key.spec, keyUsage: key.usage, origin: key.origin, description: key.description, policy: key.policy },
    ...{ enableAutomaticRotation: key.rotation !== undefined, rotationInterval: key.rotation },
    dKMSInstanceId: await instanceIdOf(kms, key.instance),
    tags: Object.entries(key.tags).map(([tagKey, tagValue]) => ({ tagKey, tagValue })),
  })
  const createdAt = key.createdAt ?? made.createdAt
  const protection = key.deletionProtection ? { description: '' } : undefined
  return { ...made, createdAt, lastRotationAt: createdAt, deletionProtection: protection }
}

const insertKey = (kms: Kms, key: SeedKey, body: Key, materials: readonly NewMaterial[]): Promise<void> =>
  kms.records.transaction(async (transaction) => {
    let current = body
    for (const [index, material] of materials.entries()) {
      const { id = seedVersionId(key.id, index), createdAt = body.createdAt } = key.versions[index] ?? {}
      const stored = { id: key.id, body: current }
      current = withVersion(current, await insertVersion(kms, transaction, stored, material, { id, createdAt }))
    }
    const [first] = materials
    const known = first !== undefined && key.origin === 'EXTERNAL' ? fingerprint(kms, key.id, first) : undefined
    const state = first === undefined ? body.state : stateOf(kms, key)
    await transaction.insert(keys, key.id, { ...current, state, materialFingerprint: known })
    for (const aliasName of key.aliases) await insertAlias(kms, transaction, aliasName, key.id)
  })

function stateOf(kms: Kms, { state }: SeedKey): KeyState {
  if (state !== 'PendingDeletion') return { name: state }
  return { name: state, deleteAt: formatTime(secondsLater(kms.now(), usualWindowDays * secondsPerDay)) }
}

/** A plan to delete has to name a day. */
const usualWindowDays = 30

async function insertAlias(kms: Kms, transaction: Transaction, aliasName: string, keyId: string): Promise<void> {
  const { accountId } = kms.settings
  await within(aliasName, async () => {
    requireAliasName(seedCall(kms, 'CreateAlias'), aliasName)
    const id = aliasId(accountId, aliasName)
    if (await transaction.get(aliases, id)) throw new Error('another key has this alias')
    await transaction.insert(aliases, id, { accountId, aliasName, keyId })
  })
}
