import type { AsymmetricVerify } from '../../api/asymmetric.ts'
import type { Input, Result } from '../../api/operation.ts'
import { usableKey } from '../keys/find-key.ts'
import type { Call } from '../kms.ts'
import { verifyWithVersion } from './asymmetric-key.ts'

/** @see KMS API 2016-01-20, AsymmetricVerify */
export async function asymmetricVerify(
  call: Call,
  { keyId, keyVersionId, algorithm, digest, value }: Input<typeof AsymmetricVerify>,
): Promise<Result<typeof AsymmetricVerify>> {
  const key = await usableKey(call, keyId, 'SIGN/VERIFY')
  const signable = { type: 'DIGEST', bytes: digest, parameter: 'Digest' } as const
  const isRight = await verifyWithVersion(call, key, keyVersionId, algorithm, signable, value)
  return { keyId: key.id, keyVersionId, value: isRight }
}
