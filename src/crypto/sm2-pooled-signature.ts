import { type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { toBigInt, toBytes } from './big-integer.ts'
import { decodeIntegerPair, encodeIntegerPair } from './der.ts'
import { randomBytes } from './random.ts'
import { sm2Scalars } from './sm2-curve.ts'
import { generateSm2Key, type Sm2PrivateKey } from './sm2-key.ts'
import { defaultSm2UserId, signSm2Digest, sm2Digest, verifySm2Message } from './sm2-signature.ts'

const signAsync = promisify<string, Uint8Array, KeyObject, Buffer>(sign)

/*
 * SM2 over a digest that was computed elsewhere, by OpenSSL: its nonces, its constant-time arithmetic, a thread of Node's
 * pool, half the time. OpenSSL hashes whatever it signs, so the signature (r', s') of a random message with digest f is
 * moved onto the digest e. With the same nonce k and point kG, and x its first coordinate:
 *
 *   r' = f + x                      r = e + x = r' + (e - f)
 *   s' = (1 + d)⁻¹(k - r'd)         s = (1 + d)⁻¹(k - rd) = s' - (e - f)·d(1 + d)⁻¹ = s' - (e - f)·(1 - (1 + d)⁻¹)
 *
 * The message is another one each time, so that nobody chooses e - f: what its product with the key's part takes in time
 * adds up to nothing.
 */

/**
 * Signs a prepared digest e (GB/T 32918.2 §6.1), 32 bytes, on a thread of the pool.
 *
 * @returns DER SEQUENCE { r, s }
 */
export async function signSm2InPool(key: Sm2PrivateKey, digest: Uint8Array): Promise<Uint8Array> {
  if (digest.length !== 32) throw new RangeError('An SM3 digest has 32 bytes')
  const userId = opensslUserId()
  if (userId === undefined) return signSm2Digest(key, digest)
  for (;;) {
    const carrier = randomBytes(32)
    const carried = decodeIntegerPair(await signAsync('sm3', carrier, key.keyObject))
    if (!carried) throw new TypeError('OpenSSL returned no signature')
    const shift = sm2Scalars.create(toBigInt(digest) - toBigInt(sm2Digest(key.publicKey, carrier, userId)))
    const r = sm2Scalars.create(toBigInt(carried.r) + shift)
    const s = sm2Scalars.create(toBigInt(carried.s) - shift * sm2Scalars.create(1n - key.inverse))
    // r + k = n, which the standard excludes too, is r + s = n.
    if (r !== 0n && s !== 0n && sm2Scalars.add(r, s) !== 0n) return encodeIntegerPair(toBytes(r, 32), toBytes(s, 32))
  }
}

let found: { readonly userId: Uint8Array | undefined } | undefined

/** The user id that OpenSSL takes when nobody says one, which Node doesn't: none in version 3. Undefined if neither. */
function opensslUserId(): Uint8Array | undefined {
  if (found !== undefined) return found.userId
  const key = generateSm2Key()
  const message = randomBytes(32)
  const signature = sign('sm3', message, key.keyObject)
  const userId = [new Uint8Array(0), defaultSm2UserId].find((id) =>
    verifySm2Message(key.publicKey, message, signature, id),
  )
  found = { userId }
  return userId
}
