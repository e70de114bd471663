import type { Store, StoredRecord } from '../store.ts'
import { type Deployment, type DeploymentRecord, decodeDeployment, deploymentOf } from './deployment.ts'
import { rootKeysOf, storedDeployment } from './deployment-keys.ts'
import type { RootKey } from './root-key.ts'
import { type Seal, UnsealFailure } from './seal.ts'
import { requireStored, wrappingAad } from './unseal.ts'

/**
 * Wraps the same root key with another secret, in one commit (SEC-04). Afterwards the former secret opens nothing any
 * more; but it opens a backup made before, and with that the root key, which stays what it was.
 *
 * @throws UnsealFailure `rotating` while the root key is being changed, `corrupt` when the deployment record was
 * altered; Conflict when somebody else changed it meanwhile
 */
export async function changeSeal(store: Store, rootKey: RootKey, newSeal: Seal): Promise<Deployment> {
  const { stored, former } = await requireSettled(store, rootKey)
  const bytes = rootKey.secret.export()
  try {
    const wrapped = await newSeal.wrap(bytes, wrappingAad(rootKey.deploymentId, newSeal.name))
    const record = { ...former, seal: newSeal.name, wrapped }
    await store.commit([{ type: 'update', record: storedDeployment(rootKey, record, stored.revision + 1) }])
    return deploymentOf(record)
  } finally {
    bytes.fill(0)
  }
}

/** The deployment record, with what is to be replaced where the store makes it go away once it is. */
export async function requireSettled(
  store: Store,
  rootKey: RootKey,
): Promise<{ readonly stored: StoredRecord; readonly former: DeploymentRecord }> {
  const stored = await requireStored(store)
  rootKeysOf(stored, rootKey)
  const former = decodeDeployment(stored)
  if (former.rotation) {
    throw new UnsealFailure('rotating', `The root key is being changed since ${former.rotation.startedAt}.`)
  }
  if (stored.sealed !== undefined) return { stored, former }
  const record = storedDeployment(rootKey, former, stored.revision + 1)
  await store.commit([{ type: 'update', record }])
  return { stored: record, former }
}
