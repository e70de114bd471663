import { ClientError } from '../errors.ts'
import { invalidParameter } from './errors.ts'

/** The ciphertext of the public gateway: key version id (36 ASCII) ‖ IV (12) ‖ ciphertext and tag. */
export interface CiphertextParts {
  readonly keyVersionId: string
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
}

const keyVersionIdBytes = 36
const ivEnd = keyVersionIdBytes + 12

/** What a self-describing ciphertext has in front: `$`, version and padding 0, algorithm AES_GCM. */
const advancePrefix = Uint8Array.of(0x24, 0x00, 0x02)

/**
 * The self-describing ciphertext of an instance as one of the public gateway.
 *
 * @throws ClientError `badResponse` if it was not made with AES_GCM: the public gateway's form cannot say so, and it
 *   would never open again
 */
export function withoutPrefix(advanceBlob: Uint8Array): Uint8Array {
  const prefix = advanceBlob.subarray(0, advancePrefix.length)
  if (advanceBlob.length > ivEnd + advancePrefix.length && Buffer.compare(prefix, advancePrefix) === 0)
    return advanceBlob.subarray(advancePrefix.length)
  throw new ClientError(
    'badResponse',
    'The key does not encrypt with AES_GCM: use forceLowVersionCryptoTransfer or the public gateway.',
    { parameter: 'keyId' },
  )
}

export const withPrefix = (blob: Uint8Array): Uint8Array => Buffer.concat([advancePrefix, blob])

/** @throws ClientError `badResponse` if the answer named no key version, or gave an IV of another length */
export function composeBlob({ keyVersionId, iv, ciphertext }: CiphertextParts): Uint8Array {
  if (keyVersionId === '') throw missingVersion()
  const start = Buffer.from(keyVersionId, 'latin1')
  if (start.length !== keyVersionIdBytes || start.length + iv.length !== ivEnd)
    throw new ClientError('badResponse', 'The answer has a key version id or an IV of unusual length.')
  return Buffer.concat([start, iv, ciphertext])
}

export const missingVersion = (): ClientError =>
  new ClientError('badResponse', 'Can not found response headers parameter[x-kms-migrationkeyversionid]', {
    parameter: 'keyVersionId',
  })

/** @throws ServiceError `InvalidParameter` if it is too short, from the length on that the Java client takes */
export function splitBlob(blob: Uint8Array): CiphertextParts {
  if (blob.length <= ivEnd) throw invalidParameter('CiphertextBlob')
  return {
    keyVersionId: Buffer.from(blob.subarray(0, keyVersionIdBytes)).toString('latin1'),
    iv: blob.subarray(keyVersionIdBytes, ivEnd),
    ciphertext: blob.subarray(ivEnd),
  }
}
