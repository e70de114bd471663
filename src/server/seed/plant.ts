import { randomUUID } from 'node:crypto'
import type { Kms } from '../../core/kms.ts'
import { initialise } from '../../core/sealing/unseal.ts'
import { type Planted, plantSeed } from '../../core/seed/plant-seed.ts'
import type { Seed } from '../../core/seed/seed.ts'
import { randomBytes } from '../../crypto/random.ts'
import { openStore } from '../../store/open-store.ts'
import { configSchema } from '../config/schema.ts'
import { openCore } from '../core.ts'
import { developmentSeal } from '../root-key/root-secret.ts'
import { makeClientKeyFiles, readClientKeyFile } from './client-key-files.ts'
import type { SeedFile } from './schema.ts'
import { seedOf, seedProblem } from './seed-of.ts'

/**
 * Makes what the file names and is not there.
 *
 * @throws ConfigError naming the member of the seed that cannot be
 */
export async function plantSeedFile(kms: Kms, file: SeedFile): Promise<Planted> {
  try {
    const seed = seedOf(file, readClientKeyFile)
    await rehearse(seed, kms)
    const planted = await plantSeed(kms, seed)
    await makeClientKeyFiles(kms, file.applications)
    return planted
  } catch (error) {
    throw seedProblem(error)
  }
}

/** Plants a seed in memory, where nothing else is: a seed that cannot be leaves nothing of it behind. */
async function rehearse(seed: Seed, { settings, now }: Pick<Kms, 'settings' | 'now'>): Promise<void> {
  const { accountId, regionId } = settings
  const store = await openStore({ engine: 'sqlite', path: ':memory:' })
  try {
    const seal = developmentSeal(Buffer.from(randomBytes(32)).toString('hex'))
    const facts = { deploymentId: randomUUID(), accountId, mode: 'development', now: now(), randomBytes } as const
    const opened = await initialise(store, seal, facts)
    const config = configSchema.parse({ regionId, store: ':memory:' })
    const { kms, keyring } = openCore({ store, config, accountId, now, onTampering: () => undefined })
    keyring.unseal(opened)
    await plantSeed(kms, seed)
  } finally {
    await store.close()
  }
}

/** Whether a seed could be planted where nothing is. @throws ConfigError naming the member that cannot be */
export async function checkSeedFile(file: SeedFile): Promise<void> {
  const accountId = file.accountId ?? '1000000000000001'
  const settings = { accountId, regionId: 'cn-hangzhou' } as Kms['settings']
  try {
    await rehearse(seedOf(file, readClientKeyFile), { settings, now: () => new Date() })
  } catch (error) {
    throw seedProblem(error)
  }
}
