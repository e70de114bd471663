import { createInstance } from '../instances/create-instance.ts'
import { defaultInstanceName, instances } from '../instances/instance.ts'
import type { Kms } from '../kms.ts'
import { countOnly } from '../paging.ts'
import { accessKeysOf } from '../ram/access-key.ts'
import { type AccessKeyPair, newAccessKey } from '../ram/create-access-key.ts'

export type AccountAccessKey = AccessKeyPair

/**
 * Gives a new deployment its first KMS instance and the AccessKey of its account, from which users, policies and roles
 * are made.
 *
 * @param keep - is given the key before it is one
 * @returns the key with its secret, which is known nowhere else; `undefined` when the account has a key already
 */
export async function bootstrapAccount(
  kms: Kms,
  keep?: (accessKey: AccountAccessKey) => void,
): Promise<AccountAccessKey | undefined> {
  const { accountId } = kms.settings
  const { total } = await kms.records.list(instances, { account: [accountId] }, countOnly)
  if (total === 0) await createInstance(kms, accountId, defaultInstanceName)
  if ((await accessKeysOf(kms.records, accountId, undefined)).length > 0) return undefined
  const { accessKeyId, accessKeySecret } = await newAccessKey(kms, accountId, undefined, keep)
  return { accessKeyId, accessKeySecret }
}
