import type { VerifyMac } from '../../api/cryptography.ts'
import type { Input, Result } from '../../api/operation.ts'
import { verifyMac as checkMac } from '../../crypto/mac.ts'
import type { Call } from '../kms.ts'
import { usableMacKey } from './mac-key.ts'

/**
 * A wrong code is an answer (`value: false`), not an error.
 * @see KMS API 2016-01-20, VerifyMac
 */
export async function verifyMac(call: Call, input: Input<typeof VerifyMac>): Promise<Result<typeof VerifyMac>> {
  const { keyId, material } = await usableMacKey(call, input.keyId, input.algorithm)
  return { keyId, algorithm: input.algorithm, value: checkMac(material, input.message, input.mac) }
}
