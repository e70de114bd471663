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
import { parseTagList } from '../tag-rules.ts'
import { formatTime } from '../time.ts'
import { deleteWithVersions } from './delete-secret.ts'
import { isGone, requireSecretName, secretArn } from './find-secret.ts'
import { type Secret, type SecretType, secretId, secrets, secretVersionId, secretVersions } from './secret.ts'
import { sealingKey, sealValue } from './secret-value.ts'
import { firstVersion } from './stages.ts'

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
  requireSecretName(input.secretName)
  const { total } = await kms.records.list(secrets, { account: [accountId] }, countOnly)
  if (total >= kms.settings.limits.secrets) throw new KmsError('Rejected.LimitExceeded')
  const secret = await newSecret(call, input, type)
  const version = await firstValue(call, secret, input)
  await kms.records.transaction(async (transaction) => {
    const id = secretId(accountId, secret.name)
    const former = await transaction.get(secrets, id)
    if (former && !isGone(kms, former)) throw nameTaken(former.body)
    if (former) await deleteWithVersions(transaction, former)
    await transaction.insert(secrets, id, secret)
    await transaction.insert(secretVersions, secretVersionId(secret, input.versionId), version)
  })
  const { name: secretName, instanceId: dKMSInstanceId } = secret
  return { arn: secretArn(kms, secret), secretName, versionId: input.versionId, secretType: type, dKMSInstanceId }
}

const nameTaken = ({ deleteAt }: Secret): KmsError =>
  new KmsError(deleteAt === undefined ? 'Rejected.ResourceExist' : 'Rejected.ResourceInDeleteWindow')

/** Any letter case: the service's own models write `RDS` beside `Rds`. */
function typeNamed(given: string | undefined): SecretType {
  const wanted = (given || 'Generic').toLowerCase()
  const type = secretTypes.find((name) => name.toLowerCase() === wanted)
  if (type === undefined) throw invalidParameter('SecretType')
  if (type !== 'Generic') throw new KmsError('UnsupportedOperation')
  return type
}

async function firstValue(call: Call, secret: Secret, input: Input<typeof CreateSecret>) {
  const key = await sealingKey(call, secret)
  if (secret.instanceId !== key.body.instanceId && secret.instanceId !== undefined) {
    throw invalidParameter('EncryptionKeyId', 'It is a key of the same instance.')
  }
  const { versionId, secretData: data, secretDataType: dataType } = input
  return sealValue(call, key, { secret, versionId }, { data, dataType })
}

async function newSecret(call: Call, input: Input<typeof CreateSecret>, type: SecretType): Promise<Secret> {
  const { kms, caller } = call
  const createdAt = formatTime(kms.now())
  const instanceId = await instanceFor(call, input)
  if (input.policy && instanceId === undefined) throw new KmsError('Forbidden.KeyPolicyUnSupported')
  if (type === 'Generic' && input.secretName.startsWith('acs/')) throw invalidParameter('SecretName')
  return {
    accountId: caller.accountId,
    name: input.secretName,
    uid: Buffer.from(kms.randomBytes(16)).toString('hex'),
    creator: caller.accountId,
    type,
    description: input.description ?? '',
    encryptionKeyId: input.encryptionKeyId || undefined,
    instanceId,
    createdAt,
    updatedAt: createdAt,
    content: firstVersion(input.versionId, createdAt),
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
