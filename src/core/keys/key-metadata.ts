import type { CreateKey, DescribeKey } from '../../api/keys.ts'
import type { Result } from '../../api/operation.ts'
import type { Kms } from '../kms.ts'
import type { Stored } from '../records.ts'
import { type Key, nextRotationAt } from './key.ts'
import { keyArn } from './key-resource.ts'

/** KeyMetadata as CreateKey answers it. Dates that do not apply are empty text, as the service sends them. */
export function keyMetadata(kms: Kms, key: Stored<Key>): Result<typeof CreateKey>['keyMetadata'] {
  const { body } = key
  return {
    keyId: key.id,
    arn: keyArn(kms, key),
    creationDate: body.createdAt,
    creator: body.creator,
    description: body.description,
    keySpec: body.keySpec,
    keyUsage: body.keyUsage,
    keyState: body.state.name,
    origin: body.origin,
    protectionLevel: body.protectionLevel,
    primaryKeyVersion: body.primaryVersionId,
    // A key that waits for its material has no version yet, so none was ever made.
    lastRotationDate: body.versionCount === 0 ? '' : body.lastRotationAt,
    ...rotationMetadata(body),
    deleteDate: body.state.name === 'PendingDeletion' ? body.state.deleteAt : '',
    materialExpireTime: body.materialExpiresAt ?? '',
    dKMSInstanceId: body.instanceId,
  }
}

/** KeyMetadata as DescribeKey answers it. */
export const describedKey = (kms: Kms, key: Stored<Key>): Result<typeof DescribeKey>['keyMetadata'] => ({
  ...keyMetadata(kms, key),
  deletionProtection: key.body.deletionProtection ? 'Enabled' : 'Disabled',
  deletionProtectionDescription: key.body.deletionProtection?.description || undefined,
})

function rotationMetadata(key: Key) {
  if (key.rotationIntervalSeconds === undefined) return { automaticRotation: 'Disabled' }
  return {
    automaticRotation: key.state.name === 'Enabled' ? 'Enabled' : 'Suspended',
    rotationInterval: `${key.rotationIntervalSeconds}s`,
    nextRotationDate: nextRotationAt(key),
  }
}
