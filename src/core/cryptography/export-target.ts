import { createPublicKey, type KeyObject } from 'node:crypto'
import { encryptOaep } from '../../crypto/rsa.ts'
import { decodeSm2Spki, type Sm2PublicKey } from '../../crypto/sm2-key.ts'
import { encryptSm2InThread } from '../../crypto/sm2-threads.ts'
import { invalidParameter } from '../errors.ts'
import type { Call } from '../kms.ts'
import { inTurn, sm2Turns } from '../thread-turns.ts'

interface ExportParameters {
  /** SubjectPublicKeyInfo, DER */
  readonly publicKeyBlob: Uint8Array
  readonly wrappingKeySpec: 'RSA_2048' | 'EC_SM2'
  readonly wrappingAlgorithm: 'RSAES_OAEP_SHA_256' | 'RSAES_OAEP_SHA_1' | 'SM2PKE'
}

export type ExportTarget =
  | { readonly kind: 'rsa'; readonly publicKey: KeyObject; readonly hash: 'sha1' | 'sha256' }
  | { readonly kind: 'sm2'; readonly publicKey: Sm2PublicKey }

/**
 * The caller's public key, checked before anything is encrypted under it (SEC-14): RSA of 2048 bits with an exponent
 * of at least 65537, or a point on the SM2 curve.
 *
 * @throws KmsError `InvalidParameter` naming WrappingAlgorithm or PublicKeyBlob
 */
export function exportTarget({ publicKeyBlob, wrappingKeySpec, wrappingAlgorithm }: ExportParameters): ExportTarget {
  const isSm2 = wrappingKeySpec === 'EC_SM2'
  if (isSm2 !== (wrappingAlgorithm === 'SM2PKE')) throw invalidParameter('WrappingAlgorithm')
  if (isSm2) return { kind: 'sm2', publicKey: sm2Key(publicKeyBlob) }
  return {
    kind: 'rsa',
    publicKey: rsaKey(publicKeyBlob),
    hash: wrappingAlgorithm === 'RSAES_OAEP_SHA_1' ? 'sha1' : 'sha256',
  }
}

/** @throws KmsError `InvalidParameter` when the data key is too long for the RSA key */
export async function wrapFor(call: Call, target: ExportTarget, dataKey: Uint8Array): Promise<Uint8Array> {
  try {
    return target.kind === 'sm2'
      ? await inTurn(call, sm2Turns, () => encryptSm2InThread(target.publicKey, dataKey))
      : encryptOaep(target.publicKey, target.hash, dataKey)
  } catch (cause) {
    if (cause instanceof RangeError)
      throw invalidParameter('NumberOfBytes', 'The data key is too long for the wrapping key.')
    throw cause
  }
}

function rsaKey(spki: Uint8Array): KeyObject {
  const key = parse(() => createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }))
  const { modulusLength, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType !== 'rsa' || modulusLength !== 2048 || publicExponent < 65537n) {
    throw invalidParameter('PublicKeyBlob')
  }
  return key
}

const sm2Key = (spki: Uint8Array): Sm2PublicKey => parse(() => decodeSm2Spki(spki))

function parse<Key>(read: () => Key): Key {
  try {
    return read()
  } catch {
    throw invalidParameter('PublicKeyBlob')
  }
}
