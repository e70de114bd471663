import type { GetPublicKey, MessageValues } from '../../api/instance.ts'
import { encodePem } from '../../crypto/pem.ts'
import { KmsError } from '../errors.ts'
import { findKey } from '../keys/find-key.ts'
import { requireState } from '../keys/key-state.ts'
import { type InstanceAnswer, type InstanceCall, plainVersion } from './instance-call.ts'

/** @see KMS instance API, GetPublicKey */
export async function instanceGetPublicKey(
  call: InstanceCall,
  input: MessageValues<typeof GetPublicKey.request>,
): Promise<InstanceAnswer<typeof GetPublicKey.response>> {
  const key = await findKey(call, input.keyId)
  requireState(key, ['Enabled', 'Disabled', 'PendingDeletion'])
  const version = await plainVersion(call, key)
  if (version.body.publicKey === undefined) throw new KmsError('UnsupportedOperation')
  const publicKey = encodePem('PUBLIC KEY', Buffer.from(version.body.publicKey, 'base64'))
  return { response: { keyId: key.id, publicKey }, keyVersionId: version.id }
}
