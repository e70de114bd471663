import type { DescribeKey } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { findKey } from './find-key.ts'
import { describedKey } from './key-metadata.ts'

/** @see KMS API 2016-01-20, DescribeKey */
export async function describeKey(
  call: Call,
  { keyId }: Input<typeof DescribeKey>,
): Promise<Result<typeof DescribeKey>> {
  return { keyMetadata: describedKey(call.kms, await findKey(call, keyId)) }
}
