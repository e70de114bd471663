import { gcmIvBytes, gcmTagBytes } from '../../crypto/block-cipher.ts'

/**
 * What Encrypt returns: key version id (36 ASCII) ‖ IV (12) ‖ ciphertext ‖ tag (16). The official transfer clients
 * compose and take apart exactly this around calls of the instance gateway, so it is the same on both gateways.
 */
export interface CiphertextBlob {
  readonly keyVersionId: string
  readonly iv: Uint8Array
  /** ciphertext ‖ tag */
  readonly sealed: Uint8Array
}

export const keyVersionIdBytes = 36
const headerBytes = keyVersionIdBytes + gcmIvBytes

export function composeBlob({ keyVersionId, iv, sealed }: CiphertextBlob): Uint8Array {
  const blob = Buffer.allocUnsafe(headerBytes + sealed.length)
  blob.write(keyVersionId, 0, keyVersionIdBytes, 'latin1')
  blob.set(iv, keyVersionIdBytes)
  blob.set(sealed, headerBytes)
  return blob
}

/** `undefined` when the bytes are too short to be one, or do not begin with ASCII. */
export function parseBlob(blob: Uint8Array): CiphertextBlob | undefined {
  if (blob.length < headerBytes + gcmTagBytes) return undefined
  const name = blob.subarray(0, keyVersionIdBytes)
  if (name.some((byte) => byte < 0x21 || byte > 0x7e)) return undefined
  return {
    keyVersionId: Buffer.from(name).toString('latin1'),
    iv: blob.subarray(keyVersionIdBytes, headerBytes),
    sealed: blob.subarray(headerBytes),
  }
}
