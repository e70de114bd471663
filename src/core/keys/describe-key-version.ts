import type { DescribeKeyVersion } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { findKey } from './find-key.ts'
import { describedVersion, keyVersionOf } from './key-version.ts'

/**
 * @throws KmsError `Forbidden.KeyVersionNotFound`
 * @see KMS API 2016-01-20, DescribeKeyVersion
 */
export async function describeKeyVersion(
  call: Call,
  { keyId, keyVersionId }: Input<typeof DescribeKeyVersion>,
): Promise<Result<typeof DescribeKeyVersion>> {
  const key = await findKey(call, keyId)
  return { keyVersion: describedVersion(await keyVersionOf(call, key, keyVersionId)) }
}
