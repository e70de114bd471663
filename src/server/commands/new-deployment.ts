import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Kms } from '../../core/kms.ts'
import { type Deployment, readDeployment } from '../../core/sealing/deployment.ts'
import type { Seal } from '../../core/sealing/seal.ts'
import { initialise, type Unsealed } from '../../core/sealing/unseal.ts'
import type { Store } from '../../core/store.ts'
import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { openCore } from '../core.ts'
import { newAccountId } from '../deployment.ts'
import { makeDataFolder, requireNoTraces } from '../files/data-folder.ts'
import { lockFolder } from '../files/lock.ts'
import { databaseFile, openConfiguredStore } from '../store/open-configured-store.ts'
import type { ServerIo } from './io.ts'
import { warningsTo } from './warnings.ts'

/** A store that is there to be initialised, or has been, and that no server of this data directory uses meanwhile. */
export interface NewStore extends AsyncDisposable {
  readonly store: Store
  readonly deployment: Deployment | undefined
}

/** @throws ConfigError when a server is running, or traces tell of another deployment */
export async function holdNewStore(config: Config, io: ServerIo): Promise<NewStore> {
  makeDataFolder(config.data)
  await using held = new AsyncDisposableStack()
  held.adopt(lockFolder(config.data), (lock) => lock.release())
  const file = databaseFile(config)
  if (file !== undefined && !existsSync(file)) requireNoTraces(config)
  if (existsSync(join(config.data, 'dev.key')))
    throw new ConfigError(`${resolve(config.data)} was made in development mode`)
  const store = held.adopt(await openConfiguredStore(config, warningsTo(io)), (open) => open.close())
  const deployment = await readDeployment(store)
  if (!deployment) requireNoTraces(config)
  const resources = held.move()
  return { store, deployment, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

/** @throws UnsealFailure `initialised` when another server of the database was quicker */
export const initialiseProduction = (store: Store, seal: Seal, config: Config): Promise<Unsealed> =>
  initialise(store, seal, {
    deploymentId: randomUUID(),
    accountId: config.accountId ?? newAccountId(),
    mode: 'production',
    now: new Date(),
    randomBytes,
  })

/** The key management of a deployment before any server runs it. */
export function kmsOf(store: Store, config: Config, opened: Unsealed): Kms {
  const { accountId } = opened.deployment
  const { kms, keyring } = openCore({ store, config, accountId, now: () => new Date(), onTampering: () => {} })
  keyring.unseal(opened)
  return kms
}
