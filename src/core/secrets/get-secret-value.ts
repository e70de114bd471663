import type { Input, Result } from '../../api/operation.ts'
import type { GetSecretValue } from '../../api/secrets.ts'
import { resourceNotFound } from '../errors.ts'
import type { Call } from '../kms.ts'
import { noteUse } from '../last-use.ts'
import type { Stored } from '../records.ts'
import { describedRotation } from './described-rotation.ts'
import { findSecret, requireNotDeleting } from './find-secret.ts'
import { type Secret, secretLastUse } from './secret.ts'
import { openValue, storedVersion } from './secret-value.ts'
import { currentStage, stagesOf } from './stages.ts'

/**
 * The value of a secret: the version that VersionId names, else the one with the stage. With both, they must agree.
 *
 * @throws KmsError `Forbidden.ResourceNotFound` for an unknown secret, version or stage;
 * `Rejected.ResourceInDeleteWindow`; as `openValue` for the key
 * @see KMS API 2016-01-20, GetSecretValue
 */
export async function getSecretValue(
  call: Call,
  input: Input<typeof GetSecretValue>,
): Promise<Result<typeof GetSecretValue>> {
  return secretValue(call, input)
}

/** What GetSecretValue and BatchGetSecretValue ask for, on whichever gateway. */
export interface ValueRequest {
  readonly secretName: string
  readonly versionId?: string | undefined
  readonly versionStage?: string | undefined
  readonly fetchExtendedConfig?: boolean | undefined
}

/** As {@link getSecretValue}. */
export const secretValue = async (call: Call, request: ValueRequest): Promise<Result<typeof GetSecretValue>> =>
  (await readSecret(call, request)).value

/** As {@link getSecretValue}, and the secret itself. */
export async function readSecret(
  call: Call,
  request: ValueRequest,
): Promise<{ readonly secret: Stored<Secret>; readonly value: Result<typeof GetSecretValue> }> {
  const secret = await findSecret(call, request.secretName, { action: 'kms:GetSecretValue' })
  requireNotDeleting(secret)
  const { name: secretName, type: secretType, content } = secret.body
  const { id: versionId, createdAt: createTime } = versionAsked(secret, request)
  const version = await storedVersion(call, secret, versionId)
  const secretData = await openValue(call, secret, version)
  noteUse(call.audit, secretLastUse(secret.body))
  const value = {
    secretName,
    secretType,
    versionId,
    createTime,
    secretData,
    secretDataType: version.body.dataType,
    versionStages: { versionStage: stagesOf(content, versionId) },
    ...describedRotation(secret.body),
    lastRotationDate: secret.body.managed?.lastRotationAt,
    ...(request.fetchExtendedConfig ? { extendedConfig: secret.body.managed?.extendedConfig } : {}),
  }
  return { secret, value }
}

/** Of managed secrets the stages decide alone, and there are two. */
function versionAsked({ body: { content, type } }: Stored<Secret>, request: ValueRequest) {
  const { versionStage } = request
  const versionId = type === 'Generic' ? request.versionId : undefined
  const label = versionStage || (versionId ? undefined : currentStage)
  const holder = label === undefined ? undefined : stageHolder(content.stages, label)
  const wanted = versionId || holder
  const version = content.versions.find(({ id }) => id === wanted)
  if (version === undefined || (label !== undefined && holder !== wanted)) {
    throw resourceNotFound('secret version', [versionId, versionStage].filter(Boolean).join(' '))
  }
  return version
}

const stageHolder = (stages: Readonly<Record<string, string>>, label: string): string | undefined =>
  Object.hasOwn(stages, label) ? stages[label] : undefined
