import type { Decrypt, MessageValues } from '../../api/instance.ts'
import { keySpecs } from '../../crypto/algorithms.ts'
import { decryptWithVersion } from '../asymmetric/asymmetric-key.ts'
import { encryptionAlgorithm } from '../asymmetric/with-material.ts'
import { decryptWith } from '../cryptography/block-encryption.ts'
import type { KeyAndVersion } from '../keys/key-version.ts'
import { type InstanceAnswer, type InstanceCall, plainKey } from './instance-call.ts'

type Request = MessageValues<typeof Decrypt.request>

/** @see KMS instance API, Decrypt */
export async function instanceDecrypt(
  call: InstanceCall,
  input: Request,
): Promise<InstanceAnswer<typeof Decrypt.response>> {
  const found = await plainKey(call, input.keyId, 'ENCRYPT/DECRYPT')
  return { response: await openPlain(call, found, input), keyVersionId: found.version.id }
}

/** Opens a ciphertext that says nothing about itself, by what the caller says about it. */
export async function openPlain(call: InstanceCall, found: KeyAndVersion, input: Request) {
  const { key, version } = found
  if (keySpecs.get(key.body.keySpec)?.kind !== 'symmetric') {
    const algorithm = encryptionAlgorithm(key, input.algorithm).name
    const plaintext = await decryptWithVersion(call, key, version.id, algorithm, input.ciphertextBlob)
    return { keyId: key.id, plaintext, algorithm }
  }
  const { algorithm, paddingMode } = input
  const options = { algorithm, paddingMode, ...aadOf(input) }
  const { plaintext, scheme } = await decryptWith(call, found, input.ciphertextBlob, options)
  return { keyId: key.id, plaintext, algorithm: scheme.algorithm.name, paddingMode: scheme.padding }
}

/** The wire knows no absence: no bytes means no associated data. */
export const aadOf = ({ iv, aad }: Pick<Request, 'iv' | 'aad'>) => ({ iv, aad: aad.length === 0 ? undefined : aad })
