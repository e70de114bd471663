import type { KeyObject } from 'node:crypto'
import type { KeySpecEntry } from './algorithms.ts'
import { signEcdsaDigest, verifyEcdsaDigest } from './ec.ts'
import { CryptoFailure } from './failure.ts'
import { loadKeyMaterial, type UsableKey } from './key-material.ts'
import { readPkcs8 } from './pkcs8.ts'
import { randomBytes } from './random.ts'
import { signPkcs1Sha256, verifyPkcs1Sha256 } from './rsa.ts'
import { signSm2Digest, verifySm2Digest } from './sm2-signature.ts'

/**
 * Accepts material that came from outside (SEC-13): right length or structure, not all one byte, RSA of exactly the
 * spec's size with an odd exponent of at least 65537, an EC key in range with its own public point, and a signature made
 * with the private half that the public half verifies.
 *
 * @param material - raw bytes for symmetric and HMAC specs; PKCS #8 DER, or SEC 1 for EC and SM2, otherwise
 * @throws CryptoFailure if anything about it is wrong
 */
export async function acceptImportedMaterial(entry: KeySpecEntry, material: Uint8Array): Promise<UsableKey> {
  if (isOneByte(material)) throw new CryptoFailure()
  const key = loadKeyMaterial(entry, material)
  if (!(await isConsistent(key, material))) throw new CryptoFailure()
  return key
}

/** Whether all bytes are the same; looks at all of them, whatever they are. */
export function isOneByte(material: Uint8Array): boolean {
  const [first = 0] = material
  return material.reduce((joined, byte) => joined | (byte ^ first), 0) === 0
}

/** Node reads RSA keys with less care than the EC reader here; imports of both follow the same rules. */
function isStrictRsa(material: Uint8Array, publicKey: KeyObject): boolean {
  const info = readPkcs8(material)
  if (info === undefined) return false
  const own = publicKey.export({ format: 'der', type: 'pkcs1' })
  return info.publicKey === undefined || Buffer.compare(info.publicKey, own) === 0
}

async function isConsistent(key: UsableKey, material: Uint8Array): Promise<boolean> {
  const digest = randomBytes(32)
  switch (key.kind) {
    case 'rsa': {
      const { publicKey } = key.privateKey
      if (!isStrictRsa(material, publicKey)) return false
      if ((publicKey.asymmetricKeyDetails?.publicExponent ?? 0n) < 65537n) return false
      return verifyPkcs1Sha256(publicKey, digest, await signPkcs1Sha256(key.privateKey, digest))
    }
    case 'ec':
      return verifyEcdsaDigest(key.privateKey.publicKey, digest, signEcdsaDigest(key.privateKey, digest))
    case 'sm2':
      return verifySm2Digest(key.privateKey.publicKey, digest, signSm2Digest(key.privateKey, digest))
    default:
      return true
  }
}
