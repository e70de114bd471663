import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Deployment, readDeployment } from '../../core/sealing/deployment.ts'
import type { Store } from '../../core/store.ts'
import { isFiledSeal } from '../../seals/seal-file.ts'
import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { lockFolder } from '../files/lock.ts'
import { askForShares, readSecret } from '../operator/prompt.ts'
import { developmentKey } from '../root-key/development-key.ts'
import { configuredSecret, type RootSecret } from '../root-key/root-secret.ts'
import { databaseFile, openConfiguredStore } from '../store/open-configured-store.ts'
import type { ServerIo } from './io.ts'
import { warningsTo } from './warnings.ts'

/** A store that no server of this data directory uses meanwhile. */
export interface HeldStore extends AsyncDisposable {
  readonly store: Store
  readonly deployment: Deployment
}

/** @throws ConfigError when a server is running, or there is no deployment */
export async function holdStore(config: Config, io: ServerIo): Promise<HeldStore> {
  requireDatabase(config)
  await using held = new AsyncDisposableStack()
  held.adopt(lockFolder(config.data), (lock) => lock.release())
  const store = held.adopt(await openConfiguredStore(config, warningsTo(io)), (open) => open.close())
  const deployment = await readDeployment(store)
  if (!deployment) throw new ConfigError(`${resolve(config.data)} holds no deployment`)
  const resources = held.move()
  return { store, deployment, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

/** @throws ConfigError when there is no database file, which must not be made by looking for it */
export function requireDatabase(config: Config): void {
  const file = databaseFile(config)
  if (file !== undefined && !existsSync(file)) throw new ConfigError(`${resolve(config.data)} holds no deployment`)
}

/** The present root secret: from where a server would take it, else asked for. */
export async function presentSecret(
  { mode, seal }: Pick<Deployment, 'mode' | 'seal'>,
  config: Config,
  io: ServerIo,
): Promise<RootSecret> {
  if (mode === 'development') return { kind: seal, secret: developmentKey(config.data, false) }
  const configured = await configuredSecret(config, io.env)
  if (configured) return configured
  if (isFiledSeal(seal)) throw new ConfigError(`this deployment is sealed by ${seal}: name its --seal-file`)
  if (seal === 'shamir') return { kind: seal, secret: await askForShares() }
  const question = seal === 'passphrase' ? 'Passphrase: ' : `Root secret (${seal}): `
  return { kind: seal, secret: await readSecret(question) }
}
