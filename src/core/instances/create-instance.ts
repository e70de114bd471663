import type { Kms } from '../kms.ts'
import { randomLetters } from '../random-text.ts'
import type { Stored } from '../records.ts'
import { formatTime } from '../time.ts'
import { type Instance, instances } from './instance.ts'

/**
 * Makes an instance that is ready to hold keys. The cloud sells them and has no operation for it; here an account gets
 * its first one when it is set up.
 */
export const createInstance = (kms: Kms, accountId: string, name: string): Promise<Stored<Instance>> =>
  kms.records.transaction((transaction) =>
    transaction.insert(instances, `kst-${randomLetters(kms, 21)}`, {
      accountId,
      name,
      status: 'Connected',
      productType: 'software',
      createdAt: formatTime(kms.now()),
    }),
  )
