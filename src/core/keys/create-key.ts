import type { CreateKey } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import { type KeySpecEntry, keySpecs } from '../../crypto/algorithms.ts'
import { authorize } from '../access/authorize.ts'
import { principalId } from '../access/principal.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import { findInstance, type Instance } from '../instances/instance.ts'
import type { Call, Kms } from '../kms.ts'
import { countOnly } from '../paging.ts'
import type { Stored } from '../records.ts'
import { parseTagList } from '../tag-rules.ts'
import { formatTime } from '../time.ts'
import { insertVersion, type NewMaterial, withNewMaterial, withVersion } from './add-version.ts'
import { type Key, keys } from './key.ts'
import { keyMetadata } from './key-metadata.ts'
import { parseResourcePolicyText } from './key-policy.ts'
import { container } from './key-resource.ts'
import { newKeyId } from './new-ids.ts'
import { canRotate, parseRotationInterval } from './rotation.ts'

/**
 * Creates a key. With origin Aliyun_KMS it gets its first version at once; with EXTERNAL it waits for its material.
 *
 * @throws KmsError `InvalidParameter` for a combination that does not exist, `Forbidden.DKMSInstanceNotFound`,
 * `Forbidden.DKMSInstanceStateInvalid`, `Forbidden.KeyPolicyUnSupported` for a default key with a policy,
 * `Rejected.LimitExceeded`
 * @see KMS API 2016-01-20, CreateKey
 */
export async function createKey(call: Call, input: Input<typeof CreateKey>): Promise<Result<typeof CreateKey>> {
  const { kms } = call
  authorize(call, container(call, 'key'))
  const body = await newKey(call, input)
  const id = newKeyId(kms, body.instanceId)
  await requireRoom(kms, body.accountId)
  const key =
    body.origin === 'EXTERNAL'
      ? await kms.records.transaction((transaction) => transaction.insert(keys, id, body))
      : await withNewMaterial(body, principalId(call.caller), (material) => insertWithVersion(kms, id, body, material))
  call.audit.keyId = key.id
  return { keyMetadata: keyMetadata(kms, key) }
}

const insertWithVersion = (kms: Kms, id: string, body: Key, material: NewMaterial): Promise<Stored<Key>> =>
  kms.records.transaction(async (transaction) => {
    const version = await insertVersion(kms, transaction, { id, body }, material)
    return transaction.insert(keys, id, withVersion(body, version))
  })

/** The key that was asked for, without material. */
export async function newKey(call: Call, input: Input<typeof CreateKey>): Promise<Key> {
  const { accountId } = call.caller
  const createdAt = formatTime(call.kms.now())
  const instance = await instanceFor(call, input.dKMSInstanceId)
  const key: Key = {
    accountId,
    creator: accountId,
    description: input.description ?? '',
    keySpec: input.keySpec,
    keyUsage: usageFor(specNamed(input.keySpec), input.keyUsage),
    origin: input.origin,
    protectionLevel: levelOf(instance) ?? input.protectionLevel ?? 'SOFTWARE',
    state: { name: input.origin === 'EXTERNAL' ? 'PendingImport' : 'Enabled' },
    createdAt,
    versionCount: 0,
    lastRotationAt: createdAt,
    instanceId: instance?.id,
    keyStorageMechanism: storageMechanism(instance, input.keyStorageMechanism),
    policy: policyFor(accountId, instance, input.policy),
    tags: parseTagList(input.tags ?? []),
  }
  return input.enableAutomaticRotation ? rotating(key, input.rotationInterval) : key
}

function specNamed(name: string): KeySpecEntry {
  const entry = keySpecs.get(name)
  if (!entry) throw invalidParameter('KeySpec')
  return entry
}

function usageFor(entry: KeySpecEntry, usage: string | undefined): string {
  if (usage === undefined) return entry.defaultUsage
  if (!entry.usages.some((possible) => possible === usage)) throw invalidParameter('KeyUsage')
  return usage
}

/** @throws KmsError when there is no such instance, or when it is not at work */
async function instanceFor(call: Call, instanceId: string | undefined): Promise<Stored<Instance> | undefined> {
  if (instanceId === undefined || instanceId === '') return undefined
  const instance = await findInstance(call.kms.records, call.caller.accountId, instanceId)
  if (instance.body.status !== 'Connected') throw new KmsError('Forbidden.DKMSInstanceStateInvalid')
  return instance
}

function levelOf(instance: Stored<Instance> | undefined): Key['protectionLevel'] | undefined {
  if (!instance) return undefined
  return instance.body.productType === 'hardware' ? 'HSM' : 'SOFTWARE'
}

function storageMechanism(instance: Stored<Instance> | undefined, asked: string | undefined): string | undefined {
  if (instance?.body.productType === 'hardware') return asked ?? 'HsmInternal'
  if (asked !== undefined) throw invalidParameter('KeyStorageMechanism', 'Only hardware instances have one.')
  return undefined
}

function policyFor(
  accountId: string,
  instance: Stored<Instance> | undefined,
  policy: string | undefined,
): string | undefined {
  if (policy === undefined || policy === '') return undefined
  if (!instance) throw new KmsError('Forbidden.KeyPolicyUnSupported')
  return parseResourcePolicyText(accountId, policy)
}

function rotating(key: Key, interval: string | undefined): Key {
  if (!canRotate(key)) throw invalidParameter('EnableAutomaticRotation', 'A key of this kind does not rotate.')
  return { ...key, rotationIntervalSeconds: parseRotationInterval(interval) }
}

/** Callers who create at the same moment may pass the limit by as many as they are. */
async function requireRoom(kms: Kms, accountId: string): Promise<void> {
  const { total } = await kms.records.list(keys, { account: [accountId] }, countOnly)
  if (total >= kms.settings.limits.keys) throw new KmsError('Rejected.LimitExceeded')
}
