import type { GenerateDataKey } from '../../api/cryptography.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { makeDataKey } from './data-key.ts'

/** @see KMS API 2016-01-20, GenerateDataKey */
export async function generateDataKey(
  call: Call,
  input: Input<typeof GenerateDataKey>,
): Promise<Result<typeof GenerateDataKey>> {
  return makeDataKey(call, input)
}
