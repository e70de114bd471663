import type { Input, Result } from '../../api/operation.ts'
import { secretTypes } from '../../api/secret-fields.ts'
import type { CreateSecret } from '../../api/secrets.ts'
import { authorize } from '../access/authorize.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import { findInstance } from '../instances/instance.ts'
import { parseResourcePolicyText } from '../keys/key-policy.ts'
import { container } from '../keys/key-resource.ts'
import type { Call } from '../kms.ts'
import { countOnly } from '../paging.ts'
import type { Stored } from '../records.ts'
import { parseTagList } from '../tag-rules.ts'
import { formatTime } from '../time.ts'
import { newManaged, refuseManagedFields } from './create-managed.ts'
import { deleteWithVersions } from './delete-secret.ts'
import { describedRotation } from './described-rotation.ts'
import { isGone, requireSecretName, secretArn } from './find-secret.ts'
import type { Managed } from './managed.ts'
import { applyFirst, preparedValue } from './rotation.ts'
import {
  type Secret,
  type SecretDataType,
  type SecretType,
  type SecretVersion,
  secretId,
  secrets,
  secretVersionId,
  secretVersions,
} from './secret.ts'
import { sealingKey, sealValue } from './secret-value.ts'
import { addVersion, firstVersion, previousStage } from './stages.ts'

/**
 * Creates a secret with its first version.
 *
 * @throws KmsError `Rejected.ResourceExist`, `Rejected.ResourceInDeleteWindow` for a name in use;
 * `InvalidParameter`, `MissingParameter`; `Forbidden.DKMSInstanceNotFound`; `Forbidden.KeyPolicyUnSupported` for a
 * policy outside an instance; `Rejected.LimitExceeded`; as `sealingKey` for EncryptionKeyId
 * @see KMS API 2016-01-20, CreateSecret
 */
export async function createSecret(
  call: Call,
  input: Input<typeof CreateSecret>,
): Promise<Result<typeof CreateSecret>> {
  const { kms, caller } = call
  const { accountId } = caller
  call.audit.resource = `secret/${input.secretName}`
  authorize(call, container(call, 'secret'))
  const type = typeNamed(input.secretType)
  const { total } = await kms.records.list(secrets, { account: [accountId] }, countOnly)
  if (total >= kms.settings.limits.secrets) throw new KmsError('Rejected.LimitExceeded')
  const start = await firstState(call, type, input)
  requireSecretName(start.name)
  const secret = await newSecret(call, input, type, start)
  call.audit.resource = `secret/${secret.name}`
  const stored = await insert(call, secret, await sealed(call, secret, start.values))
  if (start.isMade) await initialise(call, stored)
  const { name: secretName, instanceId: dKMSInstanceId, managed } = secret
  return {
    ...{ arn: secretArn(kms, secret), secretName, versionId: input.versionId, secretType: type, dKMSInstanceId },
    ...describedRotation(secret),
    extendedConfig: managed?.extendedConfig,
  }
}

/** What the values are to be, by version id, the current one first. */
interface FirstState {
  readonly name: string
  readonly managed?: Managed | undefined
  readonly values: readonly { readonly versionId: string; readonly data: string; readonly dataType: SecretDataType }[]
  /** the value was made here, and what it opens has to learn it */
  readonly isMade: boolean
}

async function firstState(call: Call, type: SecretType, input: Input<typeof CreateSecret>): Promise<FirstState> {
  const { secretName: name, versionId, secretData: data, secretDataType: dataType } = input
  if (type === 'Generic') {
    refuseManagedFields(input)
    return { name, values: [{ versionId, data, dataType }], isMade: false }
  }
  const { values, ...more } = await newManaged(call, type, input)
  const given = values.length > 0 ? values : [await preparedValue(call, type, more)]
  return {
    ...more,
    // The second account of a pair is the one that the first rotation changes.
    values: given.map((value, index) => ({
      versionId: index === 0 ? versionId : idBefore(versionId),
      ...{ data: value, dataType: 'text' as const },
    })),
    isMade: values.length === 0,
  }
}

/** Another one, of no more characters than an id may have. */
function idBefore(versionId: string): string {
  const id = `${versionId.slice(0, 55)}-previous`
  return id === versionId ? `${versionId.slice(0, 55)}-earlier` : id
}

function insert(call: Call, secret: Secret, versions: readonly SecretVersion[]): Promise<Stored<Secret>> {
  const { kms } = call
  return kms.records.transaction(async (transaction) => {
    const id = secretId(secret.accountId, secret.name)
    const former = await transaction.get(secrets, id)
    if (former && !isGone(kms, former)) throw nameTaken(former.body)
    if (former) await deleteWithVersions(transaction, former)
    for (const version of versions) {
      await transaction.insert(secretVersions, secretVersionId(secret, version.versionId), version)
    }
    return transaction.insert(secrets, id, secret)
  })
}

/** A secret whose value nobody accepts is none: it goes again when what it opens cannot be told. */
async function initialise(call: Call, secret: Stored<Secret>): Promise<void> {
  try {
    await applyFirst(call, secret)
  } catch (error) {
    await call.kms.records.transaction(async (transaction) => {
      const current = await transaction.get(secrets, secret.id)
      if (current?.body.uid === secret.body.uid) await deleteWithVersions(transaction, current)
    })
    throw error
  }
}

const nameTaken = ({ deleteAt }: Secret): KmsError =>
  new KmsError(deleteAt === undefined ? 'Rejected.ResourceExist' : 'Rejected.ResourceInDeleteWindow')

/** Any letter case: the service's own models write `RDS` beside `Rds`. */
function typeNamed(given: string | undefined): SecretType {
  const wanted = (given || 'Generic').toLowerCase()
  const type = secretTypes.find((name) => name.toLowerCase() === wanted)
  if (type === undefined) throw invalidParameter('SecretType')
  return type
}

async function sealed(call: Call, secret: Secret, values: FirstState['values']): Promise<readonly SecretVersion[]> {
  const key = await sealingKey(call, secret)
  return Promise.all(values.map(({ versionId, ...value }) => sealValue(call, key, { secret, versionId }, value)))
}

async function newSecret(
  call: Call,
  input: Input<typeof CreateSecret>,
  type: SecretType,
  { name, managed, values }: FirstState,
): Promise<Secret> {
  const { kms, caller } = call
  const createdAt = formatTime(kms.now())
  const instanceId = await instanceFor(call, input)
  if (input.policy && instanceId === undefined) throw new KmsError('Forbidden.KeyPolicyUnSupported')
  const [current, previous] = values.map(({ versionId }) => versionId)
  const first = firstVersion(current ?? '', createdAt)
  return {
    ...{ accountId: caller.accountId, creator: caller.accountId, name, type, instanceId, managed },
    uid: Buffer.from(kms.randomBytes(16)).toString('hex'),
    description: input.description ?? '',
    encryptionKeyId: input.encryptionKeyId || undefined,
    createdAt,
    updatedAt: createdAt,
    content: previous === undefined ? first : addVersion(first, { id: previous, createdAt }, [previousStage]).next,
    policy: input.policy ? parseResourcePolicyText(caller.accountId, input.policy, 'secret') : undefined,
    tags: parseTagList(input.tags ?? []),
  }
}

/** An instance's secrets are sealed under a key of that instance, which has to be named. */
async function instanceFor(call: Call, input: Input<typeof CreateSecret>): Promise<string | undefined> {
  if (!input.dKMSInstanceId) return undefined
  const instance = await findInstance(call.kms.records, call.caller.accountId, input.dKMSInstanceId)
  if (instance.body.status !== 'Connected') throw new KmsError('Forbidden.DKMSInstanceStateInvalid')
  if (!input.encryptionKeyId) throw new KmsError('MissingParameter', { parameter: 'EncryptionKeyId' })
  return instance.id
}
