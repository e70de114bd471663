import type { GenerateDataKeyWithoutPlaintext } from '../../api/cryptography.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { makeDataKey } from './data-key.ts'

/** @see KMS API 2016-01-20, GenerateDataKeyWithoutPlaintext */
export async function generateDataKeyWithoutPlaintext(
  call: Call,
  input: Input<typeof GenerateDataKeyWithoutPlaintext>,
): Promise<Result<typeof GenerateDataKeyWithoutPlaintext>> {
  const { plaintext, ...sealed } = await makeDataKey(call, input)
  plaintext.fill(0)
  return sealed
}
