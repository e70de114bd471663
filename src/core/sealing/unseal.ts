import { openDerived, sealDerived } from '../../crypto/derived-seal.ts'
import { CryptoFailure } from '../../crypto/failure.ts'
import { Conflict, type Store, type StoredRecord } from '../store.ts'
import { formatTime } from '../time.ts'
import { isAuthentic, toStoredRecord } from './authentic-record.ts'
import { canonicalBytes } from './canonical.ts'
import {
  corrupt,
  type Deployment,
  type DeploymentRecord,
  decodeDeployment,
  deploymentKind,
  deploymentRecordId,
  encodeDeployment,
  type Mode,
} from './deployment.ts'
import { Keyring } from './keyring.ts'
import { type RootKey, rootKeyBytes, rootKeyOf, subKey } from './root-key.ts'
import { type Seal, UnsealFailure } from './seal.ts'

export interface Unsealed {
  /** proven to be what was written at initialisation */
  readonly deployment: Deployment
  readonly rootKey: RootKey
}

export interface NewDeployment {
  /** unique, such as a random UUID; bound into everything that is sealed or authenticated */
  readonly deploymentId: string
  /** 16 digits */
  readonly accountId: string
  readonly mode: Mode
  readonly now: Date
  readonly randomBytes: (length: number) => Uint8Array
}

/**
 * Makes the root key of an empty store and leaves it there wrapped by `seal`.
 * @throws UnsealFailure `initialised` when the store has one already
 */
export async function initialise(store: Store, seal: Seal, facts: NewDeployment): Promise<Unsealed> {
  const { deploymentId, accountId, mode, now, randomBytes } = facts
  const bytes = randomBytes(rootKeyBytes)
  const wrapped = await seal.wrap(bytes, wrappingAad(deploymentId, seal.name))
  const rootKey = rootKeyOf(bytes, deploymentId)
  const deployment = { deploymentId, accountId, mode, createdAt: formatTime(now), seal: seal.name }
  const verification = sealDerived(
    subKey(rootKey, 'verification'),
    randomBytes(32),
    verificationAad(deploymentId),
    randomBytes,
  )
  const record = storedDeployment(rootKey, { ...deployment, wrapped, verification }, 1)
  try {
    await store.commit([{ type: 'insert', record }])
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    throw new UnsealFailure('initialised', 'The store has been initialised already.', { cause: error })
  }
  return { deployment, rootKey }
}

/**
 * Gets the root key back and proves it before anything else of the store is read (SEC-03).
 * @throws UnsealFailure that tells a wrong secret from a damaged record
 */
export async function unseal(store: Store, seal: Seal): Promise<Unsealed> {
  const stored = await requireStored(store)
  const { wrapped, verification, ...deployment } = decodeDeployment(stored)
  if (deployment.seal !== seal.name) {
    throw new UnsealFailure('other-seal', `This deployment is sealed by ${deployment.seal}, not by ${seal.name}.`)
  }
  const rootKey = await unwrap(seal, { ...deployment, wrapped, verification })
  prove(rootKey, verification, stored)
  return { deployment, rootKey }
}

/**
 * Wraps the same root key with another secret (SEC-04). Afterwards the former secret opens nothing any more, but a
 * backup made before still opens with it.
 *
 * @throws KmsError `InternalFailure`, UnsealFailure `corrupt` when the deployment record was altered meanwhile
 */
export async function changeSeal(store: Store, rootKey: RootKey, newSeal: Seal): Promise<Deployment> {
  const stored = await requireStored(store)
  const { wrapped: _, verification, ...former } = decodeDeployment(stored)
  prove(rootKey, verification, stored)
  const bytes = rootKey.secret.export()
  try {
    const wrapped = await newSeal.wrap(bytes, wrappingAad(rootKey.deploymentId, newSeal.name))
    const deployment = { ...former, seal: newSeal.name }
    const record = storedDeployment(rootKey, { ...deployment, wrapped, verification }, stored.revision + 1)
    await store.commit([{ type: 'update', record }])
    return deployment
  } finally {
    bytes.fill(0)
  }
}

async function requireStored(store: Store): Promise<StoredRecord> {
  const stored = await store.get(deploymentKind, deploymentRecordId)
  if (!stored) throw new UnsealFailure('not-initialised', 'The store has not been initialised.')
  return stored
}

async function unwrap(seal: Seal, { deploymentId, wrapped }: DeploymentRecord): Promise<RootKey> {
  try {
    return rootKeyOf(await seal.unwrap(wrapped, wrappingAad(deploymentId, seal.name)), deploymentId)
  } catch (error) {
    if (!(error instanceof CryptoFailure)) throw error
    // The record's checksum held, so it is as it was written: the secret is another one.
    throw new UnsealFailure('wrong-secret', 'Wrong root secret.', { cause: error })
  }
}

/** That the key is the deployment's, and that the deployment record is what was written under it. */
function prove(rootKey: RootKey, verification: Uint8Array, stored: StoredRecord): void {
  try {
    openDerived(subKey(rootKey, 'verification'), verification, verificationAad(rootKey.deploymentId)).fill(0)
  } catch (error) {
    throw corrupt(error)
  }
  if (!isAuthentic(keyringOf(rootKey), stored)) throw corrupt()
}

function storedDeployment(rootKey: RootKey, deployment: DeploymentRecord, revision: number): StoredRecord {
  const body = encodeDeployment(deployment)
  return toStoredRecord(
    keyringOf(rootKey),
    { name: deploymentKind, indexes: () => [] },
    { id: deploymentRecordId, revision, body, sealed: undefined },
  )
}

function keyringOf(rootKey: RootKey): Keyring {
  const keyring = new Keyring()
  keyring.unseal(rootKey)
  return keyring
}

const wrappingAad = (deploymentId: string, seal: string): Uint8Array => canonicalBytes('root-key', deploymentId, seal)
const verificationAad = (deploymentId: string): Uint8Array => canonicalBytes('verification', deploymentId)
