import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { type Deployment, type Mode, readDeployment } from '../core/sealing/deployment.ts'
import type { Seal } from '../core/sealing/seal.ts'
import { initialise } from '../core/sealing/unseal.ts'
import type { Store } from '../core/store.ts'
import { ConfigError } from './config/load.ts'
import type { Config } from './config/schema.ts'
import { requireNoTraces } from './files/data-folder.ts'

/** How a deployment is found or made, and opened. */
export interface DeploymentOptions {
  readonly config: Config
  /** development mode makes a new deployment where there is none */
  readonly mode: Mode
  /**
   * Opens the deployment at once; without it the service starts sealed. A function is asked when it is known whether
   * the deployment is new.
   */
  readonly seal?: Seal | ((isNew: boolean) => Seal) | undefined
}

/**
 * What the store was made for.
 *
 * @throws ConfigError when that is something else than the mode of this start (SEC-06)
 */
export async function deploymentOf(store: Store, options: DeploymentOptions, now: Date): Promise<Deployment> {
  const { config, mode } = options
  const found = await readDeployment(store)
  const data = resolve(config.data)
  // A database that went missing must not be replaced by an empty one: what it held is still needed.
  if (!found) requireNoTraces(config)
  const seal = !found && mode === 'development' ? sealOf(options, true) : undefined
  if (!found && seal) {
    const accountId = config.accountId ?? newAccountId()
    return (await initialise(store, seal, { deploymentId: randomUUID(), accountId, mode, now, randomBytes })).deployment
  }
  if (!found) throw new ConfigError(`${data} holds no deployment yet: make one with "keyhaven init"`)
  if (found.mode !== mode) {
    const way = found.mode === 'production' ? 'development mode does not open it' : 'start it with --dev'
    throw new ConfigError(`${data} was made in ${found.mode} mode: ${way}`)
  }
  if (config.accountId !== undefined && config.accountId !== found.accountId)
    throw new ConfigError(`accountId ${config.accountId} is not that of the deployment, ${found.accountId}`)
  return found
}

export const sealOf = ({ seal }: DeploymentOptions, isNew: boolean): Seal | undefined =>
  typeof seal === 'function' ? seal(isNew) : seal

/** 16 digits, as account ids have them. */
export const newAccountId = (): string => `1${Array.from({ length: 15 }, () => randomInt(10)).join('')}`
