import type { Input, Result } from '../../api/operation.ts'
import type { DescribeSecret } from '../../api/secrets.ts'
import type { Call } from '../kms.ts'
import { describedRotation } from './described-rotation.ts'
import { findSecret, secretArn } from './find-secret.ts'
import type { Secret } from './secret.ts'

/**
 * What is known about a secret, without its value; also while it waits for deletion.
 *
 * @throws KmsError `Forbidden.NoPermission`, `Forbidden.ResourceNotFound`
 * @see KMS API 2016-01-20, DescribeSecret
 */
export async function describeSecret(
  call: Call,
  { secretName, fetchTags }: Input<typeof DescribeSecret>,
): Promise<Result<typeof DescribeSecret>> {
  const { body } = await findSecret(call, secretName)
  return {
    arn: secretArn(call.kms, body),
    secretName: body.name,
    secretType: body.type,
    encryptionKeyId: body.encryptionKeyId ?? '',
    description: body.description,
    createTime: body.createdAt,
    updateTime: body.updatedAt,
    dKMSInstanceId: body.instanceId,
    plannedDeleteTime: body.deleteAt,
    ...describedRotation(body),
    lastRotationDate: body.managed?.lastRotationAt,
    extendedConfig: body.managed?.extendedConfig,
    owingService: '',
    ...(fetchTags ? { tags: shownTags(body) } : {}),
  }
}

export const shownTags = ({ tags }: Secret) => ({
  tag: Object.entries(tags).map(([tagKey, tagValue]) => ({ tagKey, tagValue })),
})
