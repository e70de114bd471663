import type { MessageValues, Sign, Verify } from '../../api/instance.ts'
import { signWithVersion, verifyWithVersion } from '../asymmetric/asymmetric-key.ts'
import { type Signable, signingAlgorithm } from '../asymmetric/with-material.ts'
import { invalidParameter, missingParameter } from '../errors.ts'
import { type InstanceAnswer, type InstanceCall, plainKey } from './instance-call.ts'

/**
 * Signs a message, which the scheme hashes (SM2: with Z for the standard user id), or a digest as it is.
 * @see KMS instance API, Sign
 */
export async function instanceSign(
  call: InstanceCall,
  input: MessageValues<typeof Sign.request>,
): Promise<InstanceAnswer<typeof Sign.response>> {
  const signable = signableOf(input)
  const { key, version } = await plainKey(call, input.keyId, 'SIGN/VERIFY', { kind: 'asymmetric' })
  const algorithm = signingAlgorithm(key, input.algorithm).name
  const signature = await signWithVersion(call, key, version.id, algorithm, signable)
  return { response: { keyId: key.id, signature, algorithm, messageType: signable.type }, keyVersionId: version.id }
}

/**
 * A wrong signature is an answer (`value` false). RSA-PSS takes any salt length, since this gateway documents none.
 * @see KMS instance API, Verify
 */
export async function instanceVerify(
  call: InstanceCall,
  input: MessageValues<typeof Verify.request>,
): Promise<InstanceAnswer<typeof Verify.response>> {
  const signable = signableOf(input)
  if (input.signature.length === 0) throw missingParameter('Signature')
  const { key, version } = await plainKey(call, input.keyId, 'SIGN/VERIFY', { kind: 'asymmetric' })
  const algorithm = signingAlgorithm(key, input.algorithm).name
  const value = await verifyWithVersion(call, key, version.id, algorithm, signable, input.signature, 'any')
  return { response: { keyId: key.id, value, algorithm, messageType: signable.type }, keyVersionId: version.id }
}

interface SigningRequest {
  readonly message: Uint8Array
  readonly digest: Uint8Array
  readonly messageType: string
}

/** `Digest` is the field of an older generation; it counts when there is no message. */
function signableOf({ message, digest, messageType }: SigningRequest): Signable {
  if (message.length === 0 && digest.length > 0) return { type: 'DIGEST', bytes: digest, parameter: 'Digest' }
  if (messageType === '' || messageType === 'RAW') return { type: 'RAW', bytes: message, parameter: 'Message' }
  if (messageType === 'DIGEST') return { type: 'DIGEST', bytes: message, parameter: 'Message' }
  throw invalidParameter('MessageType')
}
