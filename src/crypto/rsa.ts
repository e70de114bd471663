import { constants, type KeyObject, privateDecrypt, publicDecrypt, publicEncrypt, subtle } from 'node:crypto'
import { CryptoFailure } from './failure.ts'
import { decodeOaep } from './rsa-oaep-decoder.ts'
import type { RsaPrivateKey } from './rsa-private-key.ts'
import { encodePss, verifyPss } from './rsa-pss.ts'

export type OaepHash = 'sha1' | 'sha256'

const hashBytes = { sha1: 20, sha256: 32 } as const
const webHashes = { sha1: 'SHA-1', sha256: 'SHA-256' } as const

// RFC 8017 §9.2 note 1: DER of DigestInfo up to the digest itself, SHA-256 with NULL parameters.
const sha256DigestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex')

/** Size of the modulus in bits. */
export function modulusBits(key: KeyObject): number {
  const bits = key.asymmetricKeyDetails?.modulusLength
  if (bits === undefined) throw new TypeError('Not an RSA key')
  return bits
}

const modulusBytes = (key: KeyObject): number => Math.ceil(modulusBits(key) / 8)

/**
 * RSAES-OAEP (RFC 8017 §7.1) with an empty label and MGF1 over the same hash.
 *
 * @throws RangeError if the plaintext is longer than k - 2h - 2 bytes
 */
export function encryptOaep(publicKey: KeyObject, hash: OaepHash, plaintext: Uint8Array): Uint8Array {
  if (plaintext.length > modulusBytes(publicKey) - 2 * hashBytes[hash] - 2) {
    throw new RangeError('The plaintext is too long for this key and hash')
  }
  return publicEncrypt({ key: publicKey, oaepHash: hash, padding: constants.RSA_PKCS1_OAEP_PADDING }, plaintext)
}

/**
 * Opens an OAEP ciphertext on a thread of Node's pool, with OpenSSL's constant-time decoder.
 *
 * @throws CryptoFailure for every reason it does not open
 */
export async function decryptOaep(key: RsaPrivateKey, hash: OaepHash, ciphertext: Uint8Array): Promise<Uint8Array> {
  try {
    return await key.use(async (keyObject) => {
      const webKey = keyObject.toCryptoKey({ name: 'RSA-OAEP', hash: webHashes[hash] }, false, ['decrypt'])
      return new Uint8Array(await subtle.decrypt({ name: 'RSA-OAEP' }, webKey, Uint8Array.from(ciphertext)))
    })
  } catch {
    throw new CryptoFailure()
  }
}

/**
 * Opens OAEP with SHA-256 for the label but SHA-1 in MGF1: what Java's `OAEPWithSHA-256AndMGF1Padding` makes when no
 * parameters are given, and what Node cannot open itself.
 *
 * @throws CryptoFailure
 */
export async function decryptOaepSha256Mgf1Sha1(key: RsaPrivateKey, ciphertext: Uint8Array): Promise<Uint8Array> {
  try {
    return decodeOaep(await key.apply(ciphertext), { hash: 'sha256', mgf1Hash: 'sha1' })
  } catch {
    throw new CryptoFailure()
  }
}

/**
 * RSAES-PKCS1-v1_5, only for unwrapping imported key material. Synchronous, since Node offers no other form.
 *
 * Bad padding gives pseudo-random bytes of some length instead of an error (implicit rejection); a caller checks the
 * length and then treats wrong bytes like any other wrong key. See `assertImplicitRejection`.
 *
 * @throws CryptoFailure only for input that is not a ciphertext of this modulus at all
 */
export function decryptPkcs1(key: RsaPrivateKey, ciphertext: Uint8Array): Uint8Array {
  // RFC 8017 §7.2.2 step 1; OpenSSL takes shorter input as a number.
  if (ciphertext.length !== modulusBytes(key.publicKey)) throw new CryptoFailure()
  try {
    return privateDecrypt({ key: key.keyObject, padding: constants.RSA_PKCS1_PADDING }, ciphertext)
  } catch {
    throw new CryptoFailure()
  }
}

/** RSAES-PKCS1-v1_5 encryption, for the client side of an import. */
export function encryptPkcs1(publicKey: KeyObject, plaintext: Uint8Array): Uint8Array {
  if (plaintext.length > modulusBytes(publicKey) - 11) throw new RangeError('The plaintext is too long for this key')
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, plaintext)
}

/**
 * Self-test for the start of a service: PKCS #1 v1.5 decryption must reject bad padding implicitly (OpenSSL 3.2 and
 * later), else its errors would be a Bleichenbacher oracle.
 *
 * @throws Error if the OpenSSL in use reports bad padding
 */
export function assertImplicitRejection(key: RsaPrivateKey): void {
  const unpadded = new Uint8Array(modulusBytes(key.keyObject)).fill(0x5a)
  unpadded[0] = 0
  const ciphertext = publicEncrypt({ key: key.publicKey, padding: constants.RSA_NO_PADDING }, unpadded)
  try {
    privateDecrypt({ key: key.keyObject, padding: constants.RSA_PKCS1_PADDING }, ciphertext)
  } catch (cause) {
    throw new Error('This OpenSSL reports bad PKCS #1 v1.5 padding: key import would be an oracle', { cause })
  }
}

/** RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1) over a SHA-256 digest already computed. */
export function signPkcs1Sha256(key: RsaPrivateKey, digest: Uint8Array): Promise<Uint8Array> {
  return key.apply(encodePkcs1(requireDigest(digest), modulusBytes(key.publicKey)))
}

/** Whether the signature is the RSASSA-PKCS1-v1_5 one over this SHA-256 digest; the encoding must match exactly. */
export function verifyPkcs1Sha256(publicKey: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  const encoded = openSignature(publicKey, signature)
  // RFC 8017 §8.2.2: compare whole encodings instead of parsing one, so that no lax parser can be fooled.
  return encoded !== undefined && encodePkcs1(requireDigest(digest), modulusBytes(publicKey)).equals(encoded)
}

/** RSASSA-PSS (RFC 8017 §8.1.1) over a SHA-256 digest: MGF1-SHA-256, 32-byte random salt. */
export function signPssSha256(key: RsaPrivateKey, digest: Uint8Array): Promise<Uint8Array> {
  const encoded = encodePss(requireDigest(digest), modulusBits(key.publicKey))
  return key.apply(leftPad(encoded, modulusBytes(key.publicKey)))
}

/**
 * Whether the signature is an RSASSA-PSS one over this SHA-256 digest.
 *
 * @param saltLength - the only salt length accepted; 'any' where a protocol leaves it open
 */
export function verifyPssSha256(
  publicKey: KeyObject,
  digest: Uint8Array,
  signature: Uint8Array,
  saltLength: number | 'any' = 32,
): boolean {
  const opened = openSignature(publicKey, signature)
  if (!opened) return false
  const bits = modulusBits(publicKey)
  const surplus = opened.length - Math.ceil((bits - 1) / 8)
  if (opened.subarray(0, surplus).some((byte) => byte !== 0)) return false
  return verifyPss(requireDigest(digest), bits, opened.subarray(surplus), saltLength)
}

/** m = s^e mod n as long as the modulus; undefined if s has another length or is not below n. */
function openSignature(publicKey: KeyObject, signature: Uint8Array): Uint8Array | undefined {
  if (signature.length !== modulusBytes(publicKey)) return undefined
  try {
    return publicDecrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, signature)
  } catch {
    return undefined
  }
}

/** EMSA-PKCS1-v1_5 (RFC 8017 §9.2): 00 01 FF… 00 DigestInfo. */
function encodePkcs1(digest: Uint8Array, length: number): Buffer {
  const filler = Buffer.alloc(length - sha256DigestInfo.length - digest.length - 3, 0xff)
  return Buffer.concat([Buffer.of(0, 1), filler, Buffer.of(0), sha256DigestInfo, digest])
}

function leftPad(bytes: Uint8Array, length: number): Uint8Array {
  return Buffer.concat([Buffer.alloc(length - bytes.length), bytes])
}

function requireDigest(digest: Uint8Array): Uint8Array {
  if (digest.length !== 32) throw new RangeError('A SHA-256 digest has 32 bytes')
  return digest
}
