import type { Kms } from '../../core/kms.ts'
import type { Config } from '../config/schema.ts'
import type { Log } from '../log.ts'
import type { ServiceOptions } from '../service.ts'

/**
 * What the seed files of the configuration ask of a start.
 *
 * @throws ConfigError when they are no seeds
 */
export async function withSeed(config: Config, log: Log): Promise<Pick<ServiceOptions, 'config' | 'prepare'>> {
  // a start without one loads nothing of it
  if (config.seed.length === 0) return { config }
  const { readSeeds } = await import('./read.ts')
  const file = await readSeeds(config.seed)
  const prepare = async (kms: Kms): Promise<void> => {
    const { plantSeedFile } = await import('./plant.ts')
    const { made, kept } = await plantSeedFile(kms, file)
    log.write('info', `seed: ${made} made, ${kept} there already`)
  }
  return { config: { ...config, accountId: config.accountId ?? file.accountId }, prepare }
}
