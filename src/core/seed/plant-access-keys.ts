import type { Kms } from '../kms.ts'
import { accessKeys } from '../ram/access-key.ts'
import { findUser, users } from '../ram/user.ts'
import type { Transaction } from '../records.ts'
import { formatTime } from '../time.ts'
import type { Planting } from './planting.ts'
import type { SeedAccessKey } from './seed.ts'

export const accountKeyPlanting = (kms: Kms, key: SeedAccessKey | undefined): readonly Planting[] =>
  key === undefined ? [] : [accessKeyPlanting(kms, 'accessKey', key, undefined)]

/** @param userName - whose it is; the account's own without */
export const accessKeyPlanting = (
  kms: Kms,
  path: string,
  { id, secret }: SeedAccessKey,
  userName: string | undefined,
): Planting => ({
  path,
  isThere: async () => (await kms.records.get(accessKeys, id)) !== undefined,
  plant: async () => {
    const { accountId } = kms.settings
    await kms.records.transaction(async (transaction) => {
      if (userName !== undefined) await countOneMore(transaction, accountId, userName)
      const createdAt = formatTime(kms.now())
      await transaction.insert(accessKeys, id, { accountId, userName, status: 'Active', createdAt }, encoded(secret))
    })
  },
})

const encoded = (secret: string): Uint8Array => new TextEncoder().encode(secret)

async function countOneMore(transaction: Transaction, accountId: string, userName: string): Promise<void> {
  const user = await findUser(transaction, accountId, userName)
  await transaction.update(users, user, { ...user.body, accessKeyCount: user.body.accessKeyCount + 1 })
}
