import type { GetPublicKey } from '../../api/asymmetric.ts'
import type { Input, Result } from '../../api/operation.ts'
import { encodePem } from '../../crypto/pem.ts'
import { KmsError } from '../errors.ts'
import { findKey } from '../keys/find-key.ts'
import { requireState } from '../keys/key-state.ts'
import { keyVersionOf } from '../keys/key-version.ts'
import type { Call } from '../kms.ts'

/**
 * The public key of a version, as PEM with 64-character lines and a final newline. Works whatever the usage, and in
 * every state in which there is a key.
 *
 * @throws KmsError `UnsupportedOperation` for symmetric keys; `Rejected.PendingImport`; `Forbidden.KeyVersionNotFound`
 * @see KMS API 2016-01-20, GetPublicKey
 */
export async function getPublicKey(
  call: Call,
  { keyId, keyVersionId }: Input<typeof GetPublicKey>,
): Promise<Result<typeof GetPublicKey>> {
  const key = await findKey(call, keyId)
  requireState(key, ['Enabled', 'Disabled', 'PendingDeletion'])
  const version = await keyVersionOf(call, key, keyVersionId)
  const { publicKey } = version.body
  if (publicKey === undefined) throw new KmsError('UnsupportedOperation')
  return { keyId: key.id, keyVersionId, publicKey: encodePem('PUBLIC KEY', Buffer.from(publicKey, 'base64')) }
}
