import { randomUUID } from 'node:crypto'
import { aliases, aliasId } from '../core/keys/alias.ts'
import { type Key, keys } from '../core/keys/key.ts'
import type { Kms } from '../core/kms.ts'
import { formatTime } from '../core/time.ts'

/** with their aliases fewer than PostgreSQL commits beside others */
const perCommit = 400
/** commits under way: the next ones are made while one is written */
const atOnce = 4
const specs = ['Aliyun_AES_256', 'Aliyun_SM4', 'RSA_2048', 'EC_P256'] as const

/** Stores so many keys that wait for their material, and an alias of every tenth: records like any other, in large commits. */
export async function fill({ records, settings, now }: Kms, count: number): Promise<void> {
  const { accountId } = settings
  const createdAt = formatTime(now())
  let stored = 0
  const worker = async (): Promise<void> => {
    while (stored < count) {
      const numbers = Array.from({ length: Math.min(perCommit, count - stored) }, (_, n) => stored + n)
      stored += numbers.length
      await records.transaction(async (transaction) => {
        for (const number of numbers) {
          const keyId = randomUUID()
          await transaction.insert(keys, keyId, keyOf(accountId, createdAt, specs[number % specs.length] ?? specs[0]))
          if (number % 10 > 0) continue
          const aliasName = `alias/filled/${number}`
          await transaction.insert(aliases, aliasId(accountId, aliasName), { accountId, aliasName, keyId })
        }
      })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

const keyOf = (accountId: string, createdAt: string, keySpec: string): Key => ({
  ...{ accountId, creator: accountId, description: '', keySpec, origin: 'EXTERNAL', protectionLevel: 'SOFTWARE' },
  keyUsage: keySpec === 'EC_P256' ? 'SIGN/VERIFY' : 'ENCRYPT/DECRYPT',
  ...{ state: { name: 'PendingImport' }, createdAt, lastRotationAt: createdAt, versionCount: 0, tags: {} },
})
