import type { AsymmetricSign } from '../../api/asymmetric.ts'
import type { Input, Result } from '../../api/operation.ts'
import { usableKey } from '../keys/find-key.ts'
import type { Call } from '../kms.ts'
import { signWithVersion } from './asymmetric-key.ts'

/**
 * Signs the 32 bytes as they are: for SM2 the caller has put Z in front of the message before hashing.
 * @see KMS API 2016-01-20, AsymmetricSign
 */
export async function asymmetricSign(
  call: Call,
  { keyId, keyVersionId, algorithm, digest }: Input<typeof AsymmetricSign>,
): Promise<Result<typeof AsymmetricSign>> {
  const key = await usableKey(call, keyId, 'SIGN/VERIFY')
  const signable = { type: 'DIGEST', bytes: digest, parameter: 'Digest' } as const
  return { keyId: key.id, keyVersionId, value: await signWithVersion(call, key, keyVersionId, algorithm, signable) }
}
