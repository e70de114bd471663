import { hash } from 'node:crypto'
import { toBigInt, toBytes } from './big-integer.ts'
import { decodeIntegerPair, encodeIntegerPair } from './der.ts'
import { randomBytes } from './random.ts'
import { sm2Base, sm2CurveBytes, sm2Order, sm2Scalars } from './sm2-curve.ts'
import type { Sm2PrivateKey, Sm2PublicKey } from './sm2-key.ts'

/** The user id everybody uses who has not agreed on another one (GM/T 0009 §10). */
export const defaultSm2UserId: Uint8Array = Buffer.from('1234567812345678', 'ascii')

/** Z = SM3(ENTL ‖ id ‖ a ‖ b ‖ Gx ‖ Gy ‖ Px ‖ Py) (GB/T 32918.2 §5.5). The id is at most 8191 bytes. */
export function sm2UserHash(key: Sm2PublicKey, userId: Uint8Array = defaultSm2UserId): Uint8Array {
  if (userId.length > 8191) throw new RangeError('The user id is too long')
  const bits = Buffer.alloc(2)
  bits.writeUInt16BE(userId.length * 8)
  return hash('sm3', Buffer.concat([bits, userId, sm2CurveBytes, key.encodedPoint.subarray(1)]), 'buffer')
}

/** e = SM3(Z ‖ M): the digest that signing and verifying take. */
export function sm2Digest(key: Sm2PublicKey, message: Uint8Array, userId?: Uint8Array): Uint8Array {
  return hash('sm3', Buffer.concat([sm2UserHash(key, userId), message]), 'buffer')
}

/**
 * Signs a prepared digest e (GB/T 32918.2 §6.1) here and now; what has time to wait uses `signSm2InPool`.
 *
 * @param random - where the nonce comes from; only tests with published nonces pass their own
 * @returns DER SEQUENCE { r, s }
 */
export function signSm2Digest(
  key: Sm2PrivateKey,
  digest: Uint8Array,
  random: (length: number) => Uint8Array = randomBytes,
): Uint8Array {
  const e = toBigInt(requireDigest(digest))
  for (;;) {
    const k = toBigInt(random(32))
    if (k === 0n || k >= sm2Order) continue
    const r = sm2Scalars.create(e + sm2Base.multiply(k).x)
    if (r === 0n || r + k === sm2Order) continue
    // (1 + d)⁻¹(k - rd) = (1 + d)⁻¹(k + r) - r, which spares a multiplication by d itself.
    const s = sm2Scalars.create(key.inverse * (k + r) - r)
    if (s !== 0n) return encodeIntegerPair(toBytes(r, 32), toBytes(s, 32))
  }
}

/** Whether the strict DER signature is one over the prepared digest e (GB/T 32918.2 §7.1). */
export function verifySm2Digest(key: Sm2PublicKey, digest: Uint8Array, signature: Uint8Array): boolean {
  const e = toBigInt(requireDigest(digest))
  const pair = decodeIntegerPair(signature)
  if (!pair || pair.r.length > 32 || pair.s.length > 32) return false
  const r = toBigInt(pair.r)
  const s = toBigInt(pair.s)
  if (!sm2Scalars.isValidNot0(r) || !sm2Scalars.isValidNot0(s)) return false
  const t = sm2Scalars.add(r, s)
  if (t === 0n) return false
  const sum = sm2Base.multiplyUnsafe(s).add(key.point.multiplyUnsafe(t))
  return !sum.is0() && sm2Scalars.create(e + sum.x) === r
}

/** Signs a whole message under the user id. */
export function signSm2Message(key: Sm2PrivateKey, message: Uint8Array, userId?: Uint8Array): Uint8Array {
  return signSm2Digest(key, sm2Digest(key.publicKey, message, userId))
}

/** Whether the signature is one over this message under the user id. */
export function verifySm2Message(
  key: Sm2PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  userId?: Uint8Array,
): boolean {
  return verifySm2Digest(key, sm2Digest(key, message, userId), signature)
}

function requireDigest(digest: Uint8Array): Uint8Array {
  if (digest.length !== 32) throw new RangeError('An SM3 digest has 32 bytes')
  return digest
}
