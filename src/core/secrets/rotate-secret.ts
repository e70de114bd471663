import type { Input, Result } from '../../api/operation.ts'
import type { RotateSecret } from '../../api/secrets.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { findSecret, requireNotDeleting, requireType } from './find-secret.ts'

/**
 * Rotates a managed secret now.
 *
 * @throws KmsError `Rejected.UnsupportedOperation` for a generic secret; `Rejected.ResourceInDeleteWindow`
 * @see KMS API 2016-01-20, RotateSecret
 */
export async function rotateSecret(
  call: Call,
  { secretName }: Input<typeof RotateSecret>,
): Promise<Result<typeof RotateSecret>> {
  const secret = await findSecret(call, secretName)
  requireNotDeleting(secret)
  requireType(secret, 'managed')
  throw new KmsError('UnsupportedOperation')
}
