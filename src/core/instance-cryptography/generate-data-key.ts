import type { AdvanceGenerateDataKey, GenerateDataKey, MessageValues } from '../../api/instance.ts'
import { invalidParameter } from '../errors.ts'
import type { InstanceAnswer, InstanceCall } from './instance-call.ts'
import { advanceSealing, plainSealing } from './seal-secret.ts'

/** OpenAPI gateway's range; the instance API publishes none. */
const maxDataKeyBytes = 1024
const defaultDataKeyBytes = 32

/**
 * A data key under the initial version. What is sealed is the raw key here, not its Base64 text.
 * @see KMS instance API, GenerateDataKey
 */
export async function instanceGenerateDataKey(
  call: InstanceCall,
  input: MessageValues<typeof GenerateDataKey.request>,
): Promise<InstanceAnswer<typeof GenerateDataKey.response>> {
  const seal = await plainSealing(call, input.keyId, input)
  const plaintext = newDataKey(call, input.numberOfBytes)
  const { keyVersionId, ...sealed } = await seal(plaintext)
  return { response: { ...sealed, plaintext }, keyVersionId }
}

/** @see KMS instance API, AdvanceGenerateDataKey */
export async function instanceAdvanceGenerateDataKey(
  call: InstanceCall,
  input: MessageValues<typeof AdvanceGenerateDataKey.request>,
): Promise<InstanceAnswer<typeof AdvanceGenerateDataKey.response>> {
  const seal = await advanceSealing(call, input.keyId, input)
  const plaintext = newDataKey(call, input.numberOfBytes)
  const sealed = await seal(plaintext)
  return { response: { ...sealed, plaintext }, keyVersionId: sealed.keyVersionId }
}

function newDataKey(call: InstanceCall, numberOfBytes: number): Uint8Array {
  if (numberOfBytes < 0 || numberOfBytes > maxDataKeyBytes) throw invalidParameter('NumberOfBytes')
  return call.kms.randomBytes(numberOfBytes || defaultDataKeyBytes)
}
