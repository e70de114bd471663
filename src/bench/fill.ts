import { randomUUID } from 'node:crypto'
import { aliases, aliasId } from '../core/keys/alias.ts'
import { type Key, keys } from '../core/keys/key.ts'
import type { RecordKind } from '../core/records.ts'
import { toStoredRecord } from '../core/sealing/authentic-record.ts'
import { Keyring } from '../core/sealing/keyring.ts'
import type { RootKey } from '../core/sealing/root-key.ts'
import type { StoredRecord } from '../core/store.ts'
import { formatTime } from '../core/time.ts'
import type { StoreOptions } from '../store/open-store.ts'
import { restoreRecords } from '../store/restore-records.ts'

const perBatch = 1000
const specs = ['Aliyun_AES_256', 'Aliyun_SM4', 'RSA_2048', 'EC_P256'] as const

export interface Filling {
  readonly keys: number
  readonly accountId: string
  readonly rootKey: RootKey
}

/**
 * Fills an empty store with keys that wait for their material, and an alias of every tenth: records like any other, written
 * as those of a backup are, in one transaction.
 */
export async function fill(options: StoreOptions, filling: Filling): Promise<void> {
  await restoreRecords(options, recordsOf(filling), async () => {})
}

async function* recordsOf({ keys: count, accountId, rootKey }: Filling): AsyncGenerator<readonly StoredRecord[]> {
  const keyring = new Keyring()
  keyring.unseal({ rootKey })
  const record = <Body extends object>(kind: RecordKind<Body>, id: string, body: Body): StoredRecord =>
    toStoredRecord(keyring, kind, { id, revision: 1, body, sealed: undefined })
  const createdAt = formatTime(new Date())
  for (let first = 0; first < count; first += perBatch) {
    const batch: StoredRecord[] = []
    for (let number = first; number < Math.min(first + perBatch, count); number++) {
      const keyId = randomUUID()
      batch.push(record(keys, keyId, keyOf(accountId, createdAt, specs[number % specs.length] ?? specs[0])))
      if (number % 10 > 0) continue
      const aliasName = `alias/filled/${number}`
      batch.push(record(aliases, aliasId(accountId, aliasName), { accountId, aliasName, keyId }))
    }
    yield batch
  }
}

const keyOf = (accountId: string, createdAt: string, keySpec: string): Key => ({
  ...{ accountId, creator: accountId, description: '', keySpec, origin: 'EXTERNAL', protectionLevel: 'SOFTWARE' },
  keyUsage: keySpec === 'EC_P256' ? 'SIGN/VERIFY' : 'ENCRYPT/DECRYPT',
  ...{ state: { name: 'PendingImport' }, createdAt, lastRotationAt: createdAt, versionCount: 0, tags: {} },
})
