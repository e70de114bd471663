import type { ReEncrypt } from '../../api/cryptography.ts'
import type { Input, Result } from '../../api/operation.ts'
import { decryptWithVersion } from '../asymmetric/asymmetric-key.ts'
import { missingParameter } from '../errors.ts'
import { usableKey } from '../keys/find-key.ts'
import type { Call } from '../kms.ts'
import { type OpenedBlob, openBlob, sealBlob } from './blob-encryption.ts'
import { sealBytesAsText } from './data-key.ts'

const from = 'kms:ReEncryptFrom'
const to = 'kms:ReEncryptTo'

/**
 * Moves a ciphertext to another key, context or version. The answer names the key that *decrypted*. An asymmetric
 * source (an exported data key, say) is sealed as Base64 text, as if GenerateDataKey had made it.
 *
 * @see KMS API 2016-01-20, ReEncrypt
 */
export async function reEncrypt(call: Call, input: Input<typeof ReEncrypt>): Promise<Result<typeof ReEncrypt>> {
  const asymmetric = asymmetricSource(input)
  const destination = await usableKey(call, input.destinationKeyId, 'ENCRYPT/DECRYPT', {
    accepts: 'id',
    action: to,
    parameter: 'DestinationKeyId',
  })
  const source = asymmetric
    ? await openAsymmetric(call, asymmetric, input.ciphertextBlob)
    : await openBlob(call, input.ciphertextBlob, input.sourceEncryptionContext, from)
  try {
    const seal = asymmetric ? sealBytesAsText : sealBlob
    const { ciphertextBlob } = await seal(call, destination, source.plaintext, input.destinationEncryptionContext)
    return { ciphertextBlob, keyId: source.keyId, keyVersionId: source.keyVersionId }
  } finally {
    source.plaintext.fill(0)
  }
}

interface AsymmetricSource {
  readonly keyId: string
  readonly keyVersionId: string
  readonly algorithm: string
}

/** The three parameters go together; one alone is a mistake that must not be guessed at. */
function asymmetricSource(input: Input<typeof ReEncrypt>): AsymmetricSource | undefined {
  const { sourceKeyId: keyId, sourceKeyVersionId: keyVersionId, sourceEncryptionAlgorithm: algorithm } = input
  if (!keyId && !keyVersionId && !algorithm) return undefined
  if (!keyId) throw missingParameter('SourceKeyId')
  if (!keyVersionId) throw missingParameter('SourceKeyVersionId')
  if (!algorithm) throw missingParameter('SourceEncryptionAlgorithm')
  return { keyId, keyVersionId, algorithm }
}

async function openAsymmetric(call: Call, source: AsymmetricSource, ciphertext: Uint8Array): Promise<OpenedBlob> {
  const key = await usableKey(call, source.keyId, 'ENCRYPT/DECRYPT', {
    accepts: 'id',
    action: from,
    parameter: 'SourceKeyId',
    kind: 'asymmetric',
  })
  const plaintext = await decryptWithVersion(call, key, source.keyVersionId, source.algorithm, ciphertext)
  return { keyId: key.id, keyVersionId: source.keyVersionId, plaintext }
}
