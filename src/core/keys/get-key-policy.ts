import type { GetKeyPolicy } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import { defaultResourcePolicy } from '../access/resource-policy.ts'
import type { Call } from '../kms.ts'
import { findKey } from './find-key.ts'
import { requirePolicySupport } from './key-policy.ts'

/**
 * The policy of an instance key as JSON text: the one set last, or the default one.
 *
 * @throws KmsError `Forbidden.KeyPolicyUnSupported`; `Forbidden.ResourceNotFound` for another name than `default`
 * @see KMS API 2016-01-20, GetKeyPolicy
 */
export async function getKeyPolicy(
  call: Call,
  { keyId, policyName }: Input<typeof GetKeyPolicy>,
): Promise<Result<typeof GetKeyPolicy>> {
  const key = await findKey(call, keyId, { accepts: 'idOrArn' })
  requirePolicySupport(key, policyName)
  return { policy: key.body.policy ?? defaultResourcePolicy(key.body.accountId) }
}
