import { createHmac, timingSafeEqual } from 'node:crypto'
import type { KeySpecEntry } from '../../crypto/algorithms.ts'
import { decodeBase64, encodeBase64 } from '../../crypto/base64.ts'
import { toBigInt } from '../../crypto/big-integer.ts'
import { CryptoFailure } from '../../crypto/failure.ts'
import { acceptImportedMaterial } from '../../crypto/import-validation.ts'
import { isSm2PrivateScalar } from '../../crypto/sm2-curve.ts'
import { encodeSm2Pkcs8, Sm2PrivateKey } from '../../crypto/sm2-key.ts'
import { KmsError } from '../errors.ts'
import { type NewMaterial, publicKeyOf } from '../keys/add-version.ts'
import type { Kms } from '../kms.ts'

const sm2ScalarBytes = 32

/**
 * Material that came from outside, checked and in the form that is stored: raw bytes for symmetric and HMAC keys, PKCS #8
 * otherwise. The private number of an SM2 key may come bare, as the service takes it.
 *
 * @param unwrapped - wiped by the caller, as is the result
 * @throws CryptoFailure if anything about it is wrong
 */
export async function acceptMaterial(entry: KeySpecEntry, unwrapped: Uint8Array): Promise<NewMaterial> {
  const isBareScalar = entry.kind === 'sm2' && unwrapped.length === sm2ScalarBytes
  const secret = isBareScalar ? sm2Pkcs8(unwrapped) : unwrapped
  return { secret, publicKey: publicKeyOf(await acceptImportedMaterial(entry, secret)) }
}

function sm2Pkcs8(scalarBytes: Uint8Array): Uint8Array {
  const scalar = toBigInt(scalarBytes)
  if (!isSm2PrivateScalar(scalar)) throw new CryptoFailure()
  return encodeSm2Pkcs8(new Sm2PrivateKey(scalar))
}

/**
 * By what material is known again: an HMAC, so that what the store holds cannot be used to guess at it. A private key is
 * known by its public half, whichever way it is encoded.
 */
export function fingerprint(kms: Kms, keyId: string, { secret, publicKey }: NewMaterial): string {
  const known = publicKey === undefined ? secret : Buffer.from(publicKey, 'ascii')
  const mac = createHmac('sha256', kms.sealing.derive('key-material-fingerprint'))
  return encodeBase64(mac.update(keyId, 'utf8').update('\0').update(known).digest())
}

/** A key takes the material it took first and no other. @throws KmsError `InvalidKeyMaterial` */
export function requireSameMaterial(first: string | undefined, now: string): void {
  if (first === undefined) return
  const isSame = timingSafeEqual(decodeBase64(first) ?? new Uint8Array(32), decodeBase64(now) ?? new Uint8Array(32))
  if (!isSame) throw new KmsError('InvalidKeyMaterial')
}
