import { resolve } from 'node:path'
import type { Kms } from '../../core/kms.ts'
import { readDeployment } from '../../core/sealing/deployment.ts'
import { unseal } from '../../core/sealing/unseal.ts'
import { Anchors } from '../audit/anchor.ts'
import { anchorsOptions, logKeys } from '../audit/log-keys.ts'
import type { LogKeys } from '../audit/signing.ts'
import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { openCore } from '../core.ts'
import { sealOfSecret } from '../root-key/root-secret.ts'
import { openConfiguredStore } from '../store/open-configured-store.ts'
import type { ServerIo } from './io.ts'
import { presentSecret } from './operating.ts'
import { warningsTo } from './warnings.ts'

export interface OpenedDeployment extends AsyncDisposable {
  readonly kms: Kms
  readonly auditKeys: LogKeys
}

/**
 * Opens a deployment for a command that needs its root key; works beside a running server too. The root secret comes
 * from where a server would take it, else it is asked for.
 *
 * @throws ConfigError, StoreUnusable, UnsealFailure
 */
export async function openDeployment(config: Config, io: ServerIo): Promise<OpenedDeployment> {
  await using held = new AsyncDisposableStack()
  const now = () => new Date()
  const store = held.adopt(await openConfiguredStore(config, warningsTo(io)), (open) => open.close())
  const deployment = await readDeployment(store)
  if (!deployment) throw new ConfigError(`${resolve(config.data)} holds no deployment`)
  const opened = await unseal(store, sealOfSecret(await presentSecret(deployment, config, io)))
  const { kms, keyring } = openCore({ store, config, accountId: deployment.accountId, now, onTampering: () => {} })
  keyring.unseal(opened)
  const anchors = new Anchors(anchorsOptions(kms, config, deployment))
  const resources = held.move()
  return {
    kms,
    auditKeys: logKeys(kms.sealing, anchors),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
