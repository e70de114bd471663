import type { AdvanceDecrypt, MessageValues } from '../../api/instance.ts'
import { type AdvanceBlob, parseAdvanceBlob } from '../cryptography/advance-blob.ts'
import { keyOfVersion } from '../cryptography/blob-encryption.ts'
import { decryptWith } from '../cryptography/block-encryption.ts'
import { undecipherable } from '../errors.ts'
import { requireUsable } from '../keys/find-key.ts'
import { keyVersions } from '../keys/key.ts'
import { aadOf, openPlain } from './decrypt.ts'
import { type InstanceAnswer, type InstanceCall, plainKey } from './instance-call.ts'

type Request = MessageValues<typeof AdvanceDecrypt.request>
type Answer = InstanceAnswer<typeof AdvanceDecrypt.response>

/**
 * Decrypts a self-describing ciphertext, or a plain one when key and IV are given. A plain one may begin like a
 * self-describing one by chance; that it names an existing version by chance is out of the question.
 *
 * @see KMS instance API, AdvanceDecrypt
 */
export async function instanceAdvanceDecrypt(call: InstanceCall, input: Request): Promise<Answer> {
  const blob = parseAdvanceBlob(input.ciphertextBlob)
  if (blob && (await call.kms.records.get(keyVersions, blob.keyVersionId))) return openDescribed(call, blob, input)
  if (input.keyId === '' && call.pinnedVersionId === undefined) {
    if (blob === undefined) throw undecipherable()
    // Refused like a version that exists and may not be used.
    return openDescribed(call, blob, input)
  }
  const found = await plainKey(call, input.keyId, 'ENCRYPT/DECRYPT', { kind: 'symmetric' })
  const keyVersionId = found.version.id
  return { response: { ...(await openPlain(call, found, input)), keyVersionId }, keyVersionId }
}

async function openDescribed(call: InstanceCall, blob: AdvanceBlob, input: Request): Promise<Answer> {
  const found = await keyOfVersion(call, blob.keyVersionId)
  const { key, version } = found
  requireUsable(key, 'ENCRYPT/DECRYPT')
  // The official clients send the IV along; one that differs from the ciphertext's own is a mix-up.
  if (input.iv.length > 0 && Buffer.compare(input.iv, blob.iv) !== 0) throw undecipherable()
  const { algorithm, padding: paddingMode } = blob.scheme
  const options = { algorithm: algorithm.name, paddingMode, ...aadOf(input), iv: blob.iv }
  const { plaintext } = await decryptWith(call, found, blob.ciphertext, options)
  return {
    response: {
      keyId: key.id,
      plaintext,
      algorithm: algorithm.name,
      paddingMode,
      keyVersionId: version.id,
    },
    keyVersionId: version.id,
  }
}
