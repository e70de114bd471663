import type { Kms } from '../kms.ts'
import { createSecret } from '../secrets/create-secret.ts'
import { putSecretValue } from '../secrets/put-secret-value.ts'
import { secretId, secrets } from '../secrets/secret.ts'
import { hasVersion } from '../secrets/stages.ts'
import { instanceIdOf } from './plant-instances.ts'
import { type Planting, seedCall } from './planting.ts'
import type { SeedSecret, SeedSecretVersion } from './seed.ts'

/** Generic ones; a version each, so that what was broken off is gone on with. */
export const secretPlantings = (kms: Kms, given: readonly SeedSecret[]): readonly Planting[] =>
  given.flatMap((secret, index) =>
    secret.versions.map((version, at) => ({
      path: `secrets[${index}].versions[${at}]`,
      isThere: async () => isThere(kms, secret, version, at === 0),
      plant: () => (at === 0 ? create(kms, secret, version) : put(kms, secret, version)),
    })),
  )

async function isThere(kms: Kms, { name }: SeedSecret, version: SeedSecretVersion, isFirst: boolean): Promise<boolean> {
  const stored = await kms.records.get(secrets, secretId(kms.settings.accountId, name))
  if (stored === undefined) return false
  // The first version may have made room for others since.
  return isFirst || hasVersion(stored.body.content, version.id)
}

async function create(kms: Kms, secret: SeedSecret, { id, value, dataType }: SeedSecretVersion): Promise<void> {
  await createSecret(seedCall(kms, 'CreateSecret'), {
    ...{ secretName: secret.name, versionId: id, secretData: value, secretDataType: dataType },
    ...{
      description: secret.description,
      encryptionKeyId: secret.key,
      policy: secret.policy,
      enableAutomaticRotation: false,
    },
    dKMSInstanceId: await instanceIdOf(kms, secret.instance),
    tags: Object.entries(secret.tags).map(([tagKey, tagValue]) => ({ tagKey, tagValue })),
  })
}

async function put(kms: Kms, secret: SeedSecret, { id, value, dataType, stages }: SeedSecretVersion): Promise<void> {
  await putSecretValue(seedCall(kms, 'PutSecretValue'), {
    ...{ secretName: secret.name, versionId: id, secretData: value, secretDataType: dataType },
    versionStages: stages === undefined ? undefined : [...stages],
  })
}
