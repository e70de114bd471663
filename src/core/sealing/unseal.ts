import { CryptoFailure } from '../../crypto/failure.ts'
import { Conflict, type Store, type StoredRecord } from '../store.ts'
import { formatTime } from '../time.ts'
import { canonicalBytes } from './canonical.ts'
import {
  type Deployment,
  type DeploymentRecord,
  decodeDeployment,
  deploymentKind,
  deploymentOf,
  deploymentRecordId,
  type Mode,
} from './deployment.ts'
import { rootKeysOf, sealVerification, storedDeployment } from './deployment-keys.ts'
import { type RootKey, type RootKeys, rootKeyBytes, rootKeyOf } from './root-key.ts'
import { type Seal, UnsealFailure } from './seal.ts'

export interface Unsealed extends RootKeys {
  /** proven to be what was written at initialisation */
  readonly deployment: Deployment
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
  const createdAt = formatTime(now)
  const deployment = { deploymentId, accountId, mode, createdAt, seal: seal.name, rootKeyVersion: 1 }
  const verification = sealVerification(rootKey, randomBytes)
  const record = storedDeployment(rootKey, { ...deployment, wrapped, verification }, 1)
  try {
    await store.commit([{ type: 'insert', record }])
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    throw new UnsealFailure('initialised', 'The store has been initialised already.', { cause: error })
  }
  return { deployment, rootKey, revision: 1 }
}

/**
 * Gets the root key back and proves it before anything else of the store is read (SEC-03).
 * @throws UnsealFailure that tells a wrong secret from a damaged record
 */
export async function unseal(store: Store, seal: Seal): Promise<Unsealed> {
  return unsealStored(await requireStored(store), seal)
}

/**
 * The same with a deployment record that is at hand.
 * @throws UnsealFailure
 */
export async function unsealStored(stored: StoredRecord, seal: Seal): Promise<Unsealed> {
  const record = decodeDeployment(stored)
  if (record.seal !== seal.name) {
    throw new UnsealFailure('other-seal', `This deployment is sealed by ${record.seal}, not by ${seal.name}.`)
  }
  const rootKey = await unwrap(seal, record)
  return { ...rootKeysOf(stored, rootKey), deployment: deploymentOf(record) }
}

/** @throws UnsealFailure `not-initialised` */
export async function requireStored(store: Store): Promise<StoredRecord> {
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

/** What a wrapped root key is bound to. */
export const wrappingAad = (deploymentId: string, seal: string): Uint8Array =>
  canonicalBytes('root-key', deploymentId, seal)
