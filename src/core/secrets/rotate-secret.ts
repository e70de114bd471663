import type { Input, Result } from '../../api/operation.ts'
import type { RotateSecret } from '../../api/secrets.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import type { Stored } from '../records.ts'
import { findSecret, requireNotDeleting, secretArn } from './find-secret.ts'
import { isRotatable } from './rotatable.ts'
import { rotate } from './rotation.ts'
import type { Secret } from './secret.ts'

/**
 * Rotates a managed secret now, and answers when what it opens accepts the new value.
 *
 * @throws KmsError `Rejected.UnsupportedOperation` for a secret that does not rotate; `Rejected.ResourceInDeleteWindow`;
 * as `rotate`
 * @see KMS API 2016-01-20, RotateSecret
 */
export async function rotateSecret(
  call: Call,
  { secretName, versionId }: Input<typeof RotateSecret>,
): Promise<Result<typeof RotateSecret>> {
  const secret = await findSecret(call, secretName)
  requireNotDeleting(secret)
  requireRotatable(secret)
  await rotate(call, secret, versionId)
  return { arn: secretArn(call.kms, secret.body), secretName: secret.body.name, versionId }
}

/** @throws KmsError `Rejected.UnsupportedOperation` */
export function requireRotatable(secret: Stored<Secret>): void {
  if (isRotatable(secret)) return
  throw new KmsError('Rejected.UnsupportedOperation', {
    message: `Unsupported operation. The secret is of type ${secret.body.type}.`,
  })
}
