import type { GenerateMac } from '../../api/cryptography.ts'
import type { Input, Result } from '../../api/operation.ts'
import { generateMac as computeMac } from '../../crypto/mac.ts'
import type { Call } from '../kms.ts'
import { usableMacKey } from './mac-key.ts'

/** @see KMS API 2016-01-20, GenerateMac */
export async function generateMac(call: Call, input: Input<typeof GenerateMac>): Promise<Result<typeof GenerateMac>> {
  const { keyId, material } = await usableMacKey(call, input.keyId, input.algorithm)
  return { keyId, algorithm: input.algorithm, mac: computeMac(material, input.message) }
}
