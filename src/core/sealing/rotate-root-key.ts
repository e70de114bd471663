import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Change, Conflict, type Store, type StoredRecord } from '../store.ts'
import { keptLabels, type SubKeyLabel } from '../sub-key-labels.ts'
import { formatTime } from '../time.ts'
import { isAccountKey, rewrappedAccountKey } from './account-keys.ts'
import { isAuthentic, isFormer, type OnTampering, rekeyed } from './authentic-record.ts'
import { requireSettled } from './change-seal.ts'
import { decodeDeployment, deploymentKind, type KeptRootKey, type Rotation } from './deployment.ts'
import { rootKeysOf, sealKept, sealNext, sealVerification, storedDeployment } from './deployment-keys.ts'
import { Keyring } from './keyring.ts'
import { type RootKeys, rootKeyBytes, rootKeyOf } from './root-key.ts'
import type { RootKeyFollower } from './root-key-follower.ts'
import type { Seal } from './seal.ts'
import { requireStored, unseal, wrappingAad } from './unseal.ts'

/*
 * The root key is changed in three steps, each of commits that are whole, so that it can be gone on with wherever it
 * was cut off (SEC-04):
 *
 * 1. The deployment record gets the new root key, wrapped by the seal and by the present root key. Every commit relies
 *    on the revision of that record, so from then on everything is written under the new key; both are read.
 * 2. Record after record that is still under the former key is put under the new one, at the revision that it has.
 * 3. The deployment record loses the former root key, which then is nowhere.
 *
 * What was derived from the former key and has to go on is kept in the deployment record, under the new one.
 */

export interface RotationParts {
  readonly store: Store
  readonly keyring: Keyring
  readonly follower: RootKeyFollower
  readonly randomBytes: (length: number) => Uint8Array
  now(): Date
}

/**
 * Begins to change the root key.
 *
 * @param seal - opens the deployment, and will open it afterwards
 * @param labels - what goes on besides the labels that always do
 * @throws UnsealFailure `wrong-secret`; `rotating` when it is being changed already
 */
export async function beginRotation(
  parts: RotationParts,
  seal: Seal,
  labels: readonly SubKeyLabel[] = [],
): Promise<void> {
  const { store, keyring, randomBytes, now } = parts
  const opened = await unseal(store, seal)
  const { rootKey } = opened
  const { stored, former } = await requireSettled(store, rootKey)
  const bytes = randomBytes(rootKeyBytes)
  const { deploymentId } = rootKey
  const wrapped = await seal.wrap(bytes, wrappingAad(deploymentId, seal.name))
  const next = sealNext(rootKey, bytes, randomBytes)
  const nextKey = rootKeyOf(bytes, deploymentId)
  const kept = keptKeys(opened, labels)
  const verification = sealVerification(nextKey, randomBytes)
  const startedAt = formatTime(now())
  const rotation: Rotation = { wrapped, verification, kept: sealKept(nextKey, kept, randomBytes), next, startedAt }
  for (const key of kept.values()) key.fill(0)
  const record = storedDeployment(rootKey, { ...former, rotation }, stored.revision + 1)
  await store.commit([{ type: 'update', record }])
  keyring.unseal(rootKeysOf(record, rootKey))
}

function keptKeys(opened: RootKeys, labels: readonly SubKeyLabel[]): ReadonlyMap<SubKeyLabel, Uint8Array> {
  const keyring = new Keyring()
  keyring.unseal(opened)
  return new Map([...keptLabels, ...labels, ...keyring.keptLabels].map((label) => [label, keyring.derive(label)]))
}

export interface RotationProgress {
  /** positions of the store that were passed */
  readonly done: number
  readonly total: number
}

export interface RotationOutcome {
  /** records that are under the new key since */
  readonly rekeyed: number
  /** records that are under neither key: somebody altered them, and they stay as they are */
  readonly altered: number
}

export interface RotationWatch {
  readonly onTampering: OnTampering
  tell(progress: RotationProgress): void
  /** Resolves when every server has had time to learn of the new key. */
  settle(): Promise<void>
}

/** So many records are held up at once, for some milliseconds. */
const batchSize = 100

/**
 * Goes on where a change of the root key has come to, and ends it. Several may do so at once.
 *
 * @returns when the former root key is nowhere any more
 */
export async function finishRotation(parts: RotationParts, watch: RotationWatch): Promise<RotationOutcome> {
  const { store, keyring, follower } = parts
  const counts = { rekeyed: 0, altered: 0 }
  for (let after = 0; keyring.nextRootKey !== undefined; ) {
    const { records, position, end } = await store.scan(after, batchSize)
    if (records.length === 0) break
    const changes = records.flatMap((record) => rekeying(parts, record))
    try {
      if (changes.length > 0) await store.commit([...changes, keyring.check])
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
      // What others have changed since is under the new key. Each record gets in the way once at most.
      await follower.hasFollowed(error)
      continue
    }
    counts.rekeyed += changes.length
    counts.altered += reportAltered(keyring, records, watch)
    after = position
    watch.tell({ done: position, total: end })
    await nextTurn()
  }
  await watch.settle()
  await endRotation(parts)
  return counts
}

function rekeying({ keyring, randomBytes }: RotationParts, record: StoredRecord): Change[] {
  if (record.kind === deploymentKind || !isFormer(keyring, record)) return []
  const sealed = isAccountKey(record) ? rewrappedAccountKey(keyring, record, randomBytes) : record.sealed
  return [{ type: 'rekey', record: rekeyed(keyring, { ...record, sealed }) }]
}

function reportAltered(keyring: Keyring, records: readonly StoredRecord[], { onTampering }: RotationWatch): number {
  const altered = records.filter((record) => record.kind !== deploymentKind && !isAuthentic(keyring, record))
  for (const { kind, id } of altered) onTampering(kind, id)
  return altered.length
}

/** The new root key takes the place of the former one. */
async function endRotation({ store, keyring, follower }: RotationParts): Promise<void> {
  const { nextRootKey, revision } = keyring
  if (nextRootKey === undefined) return
  const stored = await requireStored(store)
  const { rotation, ...former } = decodeDeployment(stored)
  // Another process may have ended this change meanwhile, and begun the next one, to another key.
  if (rotation === undefined || stored.revision !== revision) return follower.follow()
  const { wrapped, verification, kept }: KeptRootKey = rotation
  const deployment = { ...former, wrapped, verification, kept, rootKeyVersion: former.rootKeyVersion + 1 }
  const record = storedDeployment(nextRootKey, deployment, stored.revision + 1)
  try {
    await store.commit([{ type: 'update', record }])
    keyring.unseal(rootKeysOf(record, nextRootKey))
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    await follower.follow()
  }
}
