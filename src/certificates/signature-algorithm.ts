import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { id_mgf1, id_RSASSA_PSS, id_sha256, id_sha384, id_sha512, RsaSaPssParams } from '@peculiar/asn1-rsa'
import { AsnConvert } from '@peculiar/asn1-schema'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import { digestFor, isSignatureOf, readPublicKey, type SignatureAlgorithm } from '../crypto/public-key.ts'

const oid = {
  sha256WithRsa: '1.2.840.113549.1.1.11',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  sm2WithSm3: '1.2.156.10197.1.501',
} as const

/** RFC 4055 §5: NULL for PKCS #1; RFC 5758 §3.2: nothing for ECDSA; GM/T 0015: nothing for SM2. */
export function algorithmIdentifier(algorithm: SignatureAlgorithm): AlgorithmIdentifier {
  if (algorithm === 'RSA_PKCS1_SHA_256')
    return new AlgorithmIdentifier({ algorithm: oid.sha256WithRsa, parameters: null })
  if (algorithm === 'ECDSA_SHA_256') return new AlgorithmIdentifier({ algorithm: oid.ecdsaWithSha256 })
  if (algorithm === 'SM2DSA') return new AlgorithmIdentifier({ algorithm: oid.sm2WithSm3 })
  return new AlgorithmIdentifier({ algorithm: id_RSASSA_PSS, parameters: AsnConvert.serialize(pssParameters()) })
}

/** RFC 4055 §3.1: the same hash for message and mask, each with NULL. */
function pssParameters(hash = id_sha256, saltLength = 32): RsaSaPssParams {
  const hashAlgorithm = new AlgorithmIdentifier({ algorithm: hash, parameters: null })
  const parameters = AsnConvert.serialize(hashAlgorithm)
  const maskGenAlgorithm = new AlgorithmIdentifier({ algorithm: id_mgf1, parameters })
  return new RsaSaPssParams({ hashAlgorithm, maskGenAlgorithm, saltLength })
}

interface Verification {
  readonly hash: string | null
  readonly keyType: string
  readonly saltLength?: number
}

/** What others sign certificates with; SHA-1 and MD5 prove nothing any more. */
const known: ReadonlyMap<string, Verification> = new Map([
  [oid.sha256WithRsa, { hash: 'sha256', keyType: 'rsa' }],
  ['1.2.840.113549.1.1.12', { hash: 'sha384', keyType: 'rsa' }],
  ['1.2.840.113549.1.1.13', { hash: 'sha512', keyType: 'rsa' }],
  [oid.ecdsaWithSha256, { hash: 'sha256', keyType: 'ec' }],
  ['1.2.840.10045.4.3.3', { hash: 'sha384', keyType: 'ec' }],
  ['1.2.840.10045.4.3.4', { hash: 'sha512', keyType: 'ec' }],
  ['1.3.101.112', { hash: null, keyType: 'ed25519' }],
  ['1.3.101.113', { hash: null, keyType: 'ed448' }],
])

const names: ReadonlyMap<string, string> = new Map([
  [oid.sha256WithRsa, 'sha256WithRSAEncryption'],
  ['1.2.840.113549.1.1.12', 'sha384WithRSAEncryption'],
  ['1.2.840.113549.1.1.13', 'sha512WithRSAEncryption'],
  ['1.2.840.113549.1.1.5', 'sha1WithRSAEncryption'],
  [id_RSASSA_PSS, 'rsassaPss'],
  [oid.ecdsaWithSha256, 'ecdsa-with-SHA256'],
  ['1.2.840.10045.4.3.3', 'ecdsa-with-SHA384'],
  ['1.2.840.10045.4.3.4', 'ecdsa-with-SHA512'],
  [oid.sm2WithSm3, 'SM2-with-SM3'],
  ['1.3.101.112', 'Ed25519'],
  ['1.3.101.113', 'Ed448'],
])

/** What the standards call a signature algorithm, or its OID. */
export const signatureAlgorithmName = ({ algorithm }: AlgorithmIdentifier): string => names.get(algorithm) ?? algorithm

/**
 * Whether a signature over `message` is one of the key.
 *
 * @param spki - DER
 * @returns undefined if the algorithm is one that nobody here accepts
 */
export function isSigned(
  spki: Uint8Array,
  algorithm: AlgorithmIdentifier,
  message: Uint8Array,
  signature: Uint8Array,
): boolean | undefined {
  if (algorithm.algorithm === id_RSASSA_PSS) return isSignedBy(spki, pssVerification(algorithm), message, signature)
  if (algorithm.parameters) return undefined
  if (algorithm.algorithm === oid.sm2WithSm3) {
    const key = readPublicKey(spki)
    return key?.kind === 'sm2' && isSignatureOf(key, 'SM2DSA', digestFor(key, message), signature)
  }
  return isSignedBy(spki, known.get(algorithm.algorithm), message, signature)
}

function isSignedBy(
  spki: Uint8Array,
  verification: Verification | undefined,
  message: Uint8Array,
  signature: Uint8Array,
): boolean | undefined {
  if (verification === undefined) return undefined
  const key = keyObject(spki)
  return key?.asymmetricKeyType === verification.keyType && verified(key, verification, message, signature)
}

function verified(key: KeyObject, { hash, saltLength }: Verification, message: Uint8Array, signature: Uint8Array) {
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
  return verify(hash, message, saltLength === undefined ? key : { key, ...pss }, signature)
}

const hashes: ReadonlyMap<string, string> = new Map([
  [id_sha256, 'sha256'],
  [id_sha384, 'sha384'],
  [id_sha512, 'sha512'],
])

/** What isn't written as it would be here says something that isn't looked at, so it could be changed. */
function pssVerification({ parameters }: AlgorithmIdentifier): Verification | undefined {
  if (!parameters) return undefined
  const { hashAlgorithm, saltLength } = AsnConvert.parse(parameters, RsaSaPssParams)
  const hash = hashes.get(hashAlgorithm.algorithm)
  const canonical = AsnConvert.serialize(pssParameters(hashAlgorithm.algorithm, saltLength))
  return hash !== undefined && Buffer.from(canonical).equals(Buffer.from(parameters))
    ? { hash, keyType: 'rsa', saltLength }
    : undefined
}

/** A public key of any kind that Node knows; undefined for others. Never used for SM2: its user id would be empty. */
function keyObject(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}
