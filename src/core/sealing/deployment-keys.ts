import { createSecretKey, type KeyObject } from 'node:crypto'
import { decodeBase64, encodeBase64 } from '../../crypto/base64.ts'
import { openDerived, sealDerived } from '../../crypto/derived-seal.ts'
import type { StoredRecord } from '../store.ts'
import { isAuthentic, toStoredRecord } from './authentic-record.ts'
import { canonicalBytes } from './canonical.ts'
import {
  corrupt,
  type DeploymentRecord,
  decodeDeployment,
  deploymentKind,
  deploymentRecordId,
  encodeDeployment,
} from './deployment.ts'
import { Keyring } from './keyring.ts'
import { type RootKey, type RootKeys, rootKeyOf, subKey } from './root-key.ts'

type Random = (length: number) => Uint8Array

/** The deployment record as the store keeps it, authenticated by the root key that it is opened to. */
export function storedDeployment(rootKey: RootKey, deployment: DeploymentRecord, revision: number): StoredRecord {
  const { body, sealed } = encodeDeployment(deployment)
  const kind = { name: deploymentKind, indexes: () => [] }
  return toStoredRecord(keyringOf(rootKey), kind, { id: deploymentRecordId, revision, body, sealed })
}

/**
 * Proves that the key is the deployment's, and that the deployment record is what was written under it.
 *
 * @returns every key that follows from it
 * @throws UnsealFailure `corrupt`
 */
export function rootKeysOf(stored: StoredRecord, rootKey: RootKey): RootKeys {
  const { verification, kept, rotation } = decodeDeployment(stored)
  try {
    openDerived(subKey(rootKey, 'verification'), verification, aadOf('verification', rootKey)).fill(0)
    if (!isAuthentic(keyringOf(rootKey), stored)) throw corrupt()
    const next = rotation && openNext(rootKey, rotation.next)
    return {
      rootKey,
      next,
      kept: next ? openKept(next, rotation.kept) : openKept(rootKey, kept),
      revision: stored.revision,
    }
  } catch (error) {
    throw corrupt(error)
  }
}

export const sealVerification = (rootKey: RootKey, random: Random): Uint8Array =>
  sealDerived(subKey(rootKey, 'verification'), random(32), aadOf('verification', rootKey), random)

/** The next root key as those keep it who have the present one. */
export function sealNext(rootKey: RootKey, next: Uint8Array, random: Random): Uint8Array {
  return sealDerived(subKey(rootKey, 'next-root-key'), next, aadOf('next-root-key', rootKey), random)
}

const openNext = (rootKey: RootKey, sealed: Uint8Array): RootKey =>
  rootKeyOf(
    openDerived(subKey(rootKey, 'next-root-key'), sealed, aadOf('next-root-key', rootKey)),
    rootKey.deploymentId,
  )

/** Sub-keys that outlive the root key that they were derived from. */
export function sealKept(rootKey: RootKey, kept: ReadonlyMap<string, Uint8Array>, random: Random): Uint8Array {
  const entries = [...kept].map(([label, key]) => [label, encodeBase64(key)])
  const secret = Buffer.from(JSON.stringify(entries))
  try {
    return sealDerived(subKey(rootKey, 'kept-keys'), secret, aadOf('kept-keys', rootKey), random)
  } finally {
    secret.fill(0)
  }
}

function openKept(rootKey: RootKey, sealed: Uint8Array | undefined): ReadonlyMap<string, KeyObject> {
  if (sealed === undefined) return new Map()
  const secret = Buffer.from(openDerived(subKey(rootKey, 'kept-keys'), sealed, aadOf('kept-keys', rootKey)))
  const entries = JSON.parse(secret.toString()) as [string, string][]
  secret.fill(0)
  return new Map(entries.map(([label, key]) => [label, createSecretKey(decodeBase64(key) ?? new Uint8Array())]))
}

const aadOf = (purpose: string, { deploymentId }: RootKey): Uint8Array => canonicalBytes(purpose, deploymentId)

function keyringOf(rootKey: RootKey): Keyring {
  const keyring = new Keyring()
  keyring.unseal({ rootKey })
  return keyring
}
