import { createECDH, createHmac, hash, timingSafeEqual } from 'node:crypto'
import { toBytes } from './big-integer.ts'
import type { EcPrivateKey, EcPublicKey } from './ec.ts'
import { decodePoint } from './ec-curve.ts'
import { CryptoFailure } from './failure.ts'
import { xor } from './mgf1.ts'

const pointBytes = 65
const macBytes = 20

/**
 * ECIES_DH_SHA_1_XOR_HMAC: SEC 1 v2 §5.1 with ECDH, the ANSI X9.63 KDF over SHA-1, XOR encryption and HMAC-SHA-1 with a
 * 20-byte key, no shared information.
 *
 * @returns 65-byte ephemeral point ‖ ciphertext ‖ 20-byte MAC
 */
export function encryptEcies(key: EcPublicKey, plaintext: Uint8Array): Uint8Array {
  const ephemeral = createECDH(key.curve.opensslName)
  const point = ephemeral.generateKeys()
  const { mask, macKey } = deriveKeys(ephemeral.computeSecret(key.encodedPoint), plaintext.length)
  const ciphertext = xor(plaintext, mask)
  return Buffer.concat([point, ciphertext, createHmac('sha1', macKey).update(ciphertext).digest()])
}

/** @throws CryptoFailure for every reason it does not open */
export function decryptEcies(key: EcPrivateKey, encrypted: Uint8Array): Uint8Array {
  if (encrypted.length < pointBytes + macBytes) throw new CryptoFailure()
  const point = encrypted.subarray(0, pointBytes)
  decodePoint(key.curve, point)
  const ciphertext = encrypted.subarray(pointBytes, -macBytes)
  const ecdh = createECDH(key.curve.opensslName)
  ecdh.setPrivateKey(toBytes(key.scalar, 32))
  const { mask, macKey } = deriveKeys(ecdh.computeSecret(point), ciphertext.length)
  const mac = createHmac('sha1', macKey).update(ciphertext).digest()
  if (!timingSafeEqual(mac, encrypted.subarray(-macBytes))) throw new CryptoFailure()
  return xor(ciphertext, mask)
}

/** SEC 1 §5.1.3 step 5: the encryption key comes first, the MAC key after it. */
function deriveKeys(secret: Uint8Array, length: number): { mask: Uint8Array; macKey: Uint8Array } {
  const keys = x963Kdf(secret, length + macBytes)
  return { mask: keys.subarray(0, length), macKey: keys.subarray(length) }
}

/** ANSI X9.63 KDF (SEC 1 §3.6.1): SHA-1(secret ‖ 32-bit counter from 1). */
function x963Kdf(secret: Uint8Array, length: number): Uint8Array {
  const input = Buffer.concat([secret, Buffer.alloc(4)])
  const blocks: Uint8Array[] = []
  for (let counter = 1; (counter - 1) * 20 < length; counter++) {
    input.writeUInt32BE(counter, secret.length)
    blocks.push(hash('sha1', input, 'buffer'))
  }
  return Buffer.concat(blocks, length)
}
