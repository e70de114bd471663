import { type Call, type Kms, ownCall } from '../kms.ts'
import { SeedError } from './seed.ts'

/** One thing of a seed, on its way into the store. */
export interface Planting {
  /** of the member of the seed: `keys[2]` */
  readonly path: string
  /** something of that name or id is there already, and stays as it is */
  isThere(): Promise<boolean>
  /** all of it, or nothing */
  plant(): Promise<unknown>
}

/** What is planted, the account might have made itself. */
export const seedCall = (kms: Kms, operation: string): Call => ownCall(kms, kms.settings.accountId, operation)

/** Whatever refuses, the message says where in the seed. */
export async function within<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof SeedError) throw error
    throw new SeedError(path, error instanceof Error ? error.message : String(error), { cause: error })
  }
}
