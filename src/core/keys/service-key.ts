import { theService } from '../access/principal.ts'
import type { Kms } from '../kms.ts'
import { recordKind, type Stored } from '../records.ts'
import { formatTime } from '../time.ts'
import { insertVersion, withNewMaterial, withVersion } from './add-version.ts'
import { type Key, keys } from './key.ts'
import { newKeyId } from './new-ids.ts'

/** Which key the service keeps for an account and purpose. Record id = `<account>/<purpose>`. */
interface ServiceKey {
  readonly accountId: string
  readonly keyId: string
}

const serviceKeys = recordKind<ServiceKey>({ name: 'service-key', indexes: () => [] })

/**
 * The key that the service keeps for what an account seals without naming a key. Made when first needed, and again
 * when the account has deleted it; of callers at the same moment one makes it.
 */
export async function serviceKey(kms: Kms, accountId: string, purpose: 'secrets'): Promise<Stored<Key>> {
  const id = `${accountId}/${purpose}`
  const known = await kms.records.get(serviceKeys, id)
  const key = known && (await kms.records.get(keys, known.body.keyId))
  return key ?? makeServiceKey(kms, accountId, id)
}

function makeServiceKey(kms: Kms, accountId: string, id: string): Promise<Stored<Key>> {
  const createdAt = formatTime(kms.now())
  const body: Key = {
    accountId,
    creator: accountId,
    creatorType: 'Service',
    description: 'Seals the secrets that name no key of their own.',
    keySpec: 'Aliyun_AES_256',
    keyUsage: 'ENCRYPT/DECRYPT',
    origin: 'Aliyun_KMS',
    protectionLevel: 'SOFTWARE',
    state: { name: 'Enabled' },
    createdAt,
    versionCount: 0,
    lastRotationAt: createdAt,
    tags: {},
  }
  const keyId = newKeyId(kms, undefined)
  return withNewMaterial(body, theService, (material) =>
    kms.records.transaction(async (transaction) => {
      const known = await transaction.get(serviceKeys, id)
      const present = known && (await transaction.get(keys, known.body.keyId))
      if (present) return present
      const version = await insertVersion(kms, transaction, { id: keyId, body }, material)
      const key = await transaction.insert(keys, keyId, withVersion(body, version))
      if (known) await transaction.update(serviceKeys, known, { accountId, keyId })
      else await transaction.insert(serviceKeys, id, { accountId, keyId })
      return key
    }),
  )
}
