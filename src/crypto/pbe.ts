import { createCipheriv, createDecipheriv, pbkdf2Sync } from 'node:crypto'
import { DerReader, derTag, encodeDer, encodeUnsignedInteger } from './der.ts'
import { Pkcs12Error, present } from './pkcs12-error.ts'
import { bmpPassword, pkcs12Kdf, pkcs12Purpose } from './pkcs12-kdf.ts'
import { oid } from './pkcs12-oids.ts'
import { decryptRc2Cbc } from './rc2.ts'

/** Password-based decryption with the parameters of an AlgorithmIdentifier; throws anything on wrong padding. */
type Decrypt = (parameters: DerReader, password: string, ciphertext: Uint8Array) => Uint8Array

// A file names its own iteration count; two million take some seconds, more would be an attack on the reader.
const maxIterations = 2_000_000

const schemes: ReadonlyMap<string, Decrypt> = new Map<string, Decrypt>([
  [oid.pbeSha1TripleDes, decryptTripleDes],
  [oid.pbeSha1Rc2With40Bits, decryptRc2],
  [oid.pbes2, decryptPbes2],
])

const pseudoRandomFunctions: ReadonlyMap<string, string> = new Map([
  [oid.hmacSha1, 'sha1'],
  [oid.hmacSha224, 'sha224'],
  [oid.hmacSha256, 'sha256'],
  [oid.hmacSha384, 'sha384'],
  [oid.hmacSha512, 'sha512'],
])

const ciphers: ReadonlyMap<string, { readonly name: string; readonly keyBytes: number }> = new Map([
  [oid.aes128Cbc, { name: 'aes-128-cbc', keyBytes: 16 }],
  [oid.aes192Cbc, { name: 'aes-192-cbc', keyBytes: 24 }],
  [oid.aes256Cbc, { name: 'aes-256-cbc', keyBytes: 32 }],
])

/**
 * Decrypts what a bag or safe of a PKCS #12 file holds: PBE-SHA1-3DES, PBE-SHA1-RC2-40, or PBES2 with PBKDF2 and AES-CBC.
 *
 * @param algorithm - content of the AlgorithmIdentifier
 * @throws Pkcs12Error
 */
export function decryptWithPassword(algorithm: DerReader, password: string, ciphertext: Uint8Array): Uint8Array {
  const decrypt = schemes.get(readOid(algorithm))
  if (!decrypt) throw new Pkcs12Error('unsupported')
  const parameters = readSequence(algorithm)
  try {
    return decrypt(parameters, password, ciphertext)
  } catch (error) {
    throw error instanceof Pkcs12Error ? error : new Pkcs12Error('wrong-password')
  }
}

/** PBE-SHA1-3DES (RFC 7292 §C): the AlgorithmIdentifier and the ciphertext. */
export function encryptTripleDes(
  password: string,
  salt: Uint8Array,
  iterations: number,
  plaintext: Uint8Array,
): { readonly algorithm: Uint8Array; readonly ciphertext: Uint8Array } {
  const { key, iv } = tripleDesKey(password, salt, iterations)
  const cipher = createCipheriv('des-ede3-cbc', key, iv)
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const parameters = encodeDer(derTag.sequence, encodeDer(derTag.octetString, salt), encodeCount(iterations))
  return { algorithm: encodeDer(derTag.sequence, encodeOid(oid.pbeSha1TripleDes), parameters), ciphertext }
}

function decryptTripleDes(parameters: DerReader, password: string, ciphertext: Uint8Array): Uint8Array {
  const { salt, iterations } = readSaltAndIterations(parameters)
  const { key, iv } = tripleDesKey(password, salt, iterations)
  return decipher('des-ede3-cbc', key, iv, ciphertext)
}

function tripleDesKey(password: string, salt: Uint8Array, iterations: number): { key: Uint8Array; iv: Uint8Array } {
  const input = { hash: 'sha1', password: bmpPassword(password), salt, iterations } as const
  return { key: pkcs12Kdf(input, pkcs12Purpose.key, 24), iv: pkcs12Kdf(input, pkcs12Purpose.iv, 8) }
}

function decryptRc2(parameters: DerReader, password: string, ciphertext: Uint8Array): Uint8Array {
  const input = { hash: 'sha1', password: bmpPassword(password), ...readSaltAndIterations(parameters) } as const
  const key = pkcs12Kdf(input, pkcs12Purpose.key, 5)
  return decryptRc2Cbc(key, 40, pkcs12Kdf(input, pkcs12Purpose.iv, 8), ciphertext)
}

/** PBES2 (RFC 8018 §6.2, §A.4). */
function decryptPbes2(parameters: DerReader, password: string, ciphertext: Uint8Array): Uint8Array {
  const derivation = readSequence(parameters)
  const encryption = readSequence(parameters)
  const cipher = ciphers.get(readOid(encryption))
  if (readOid(derivation) !== oid.pbkdf2 || !cipher) throw new Pkcs12Error('unsupported')
  const kdf = readSequence(derivation)
  const { salt, iterations } = readSaltAndIterations(kdf)
  kdf.readUnsignedInteger() // the optional key length, which the cipher fixes anyway
  const prf = kdf.isAtEnd ? 'sha1' : pseudoRandomFunctions.get(readOid(readSequence(kdf)))
  if (!prf) throw new Pkcs12Error('unsupported')
  const key = pbkdf2Sync(Buffer.from(password, 'utf8'), salt, iterations, cipher.keyBytes, prf)
  return decipher(cipher.name, key, present(encryption.read(derTag.octetString)), ciphertext)
}

function decipher(name: string, key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const opened = createDecipheriv(name, key, iv)
  return Buffer.concat([opened.update(ciphertext), opened.final()])
}

function readSaltAndIterations(parameters: DerReader): { salt: Uint8Array; iterations: number } {
  const salt = present(parameters.read(derTag.octetString))
  return { salt, iterations: readCount(present(parameters.readUnsignedInteger())) }
}

/** An iteration count in bounds. */
export function readCount(magnitude: Uint8Array): number {
  const count = magnitude.length > 4 ? Number.POSITIVE_INFINITY : Buffer.from(magnitude).readUIntBE(0, magnitude.length)
  if (count < 1) throw new Pkcs12Error('malformed')
  if (count > maxIterations) throw new Pkcs12Error('unsupported')
  return count
}

export function encodeCount(count: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(count)
  return encodeUnsignedInteger(bytes)
}

export function readSequence(reader: DerReader): DerReader {
  return new DerReader(present(reader.read(derTag.sequence)))
}

/** An object identifier as hexadecimal content bytes. */
export function readOid(reader: DerReader): string {
  return Buffer.from(present(reader.read(derTag.objectIdentifier))).toString('hex')
}

export function encodeOid(hex: string): Uint8Array {
  return encodeDer(derTag.objectIdentifier, Buffer.from(hex, 'hex'))
}
