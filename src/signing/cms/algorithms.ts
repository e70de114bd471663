import { AsnConvert } from '@peculiar/asn1-schema'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import { algorithmIdentifier, isSigned, signatureAlgorithmName } from '../../certificates/signature-algorithm.ts'
import type { SignatureAlgorithm } from '../../crypto/public-key.ts'
import { SigningError } from '../errors.ts'
import { objectIdentifier, sequence } from './der.ts'
import { digestNames, oid } from './oids.ts'

/** The AlgorithmIdentifier of a signature, DER. */
export const signatureAlgorithmDer = (algorithm: SignatureAlgorithm): Uint8Array =>
  new Uint8Array(AsnConvert.serialize(algorithmIdentifier(algorithm)))

/** What a message is digested with before it is signed under this algorithm: as `node:crypto` names it. */
export const digestNameFor = (algorithm: SignatureAlgorithm): 'sha256' | 'sm3' =>
  algorithm === 'SM2DSA' ? 'sm3' : 'sha256'

export const digestAlgorithmDer = (algorithm: SignatureAlgorithm): Uint8Array =>
  sequence(objectIdentifier(algorithm === 'SM2DSA' ? oid.sm3 : oid.sha256))

export interface SignatureToVerify {
  /** SubjectPublicKeyInfo, DER */
  readonly spki: Uint8Array
  /** AlgorithmIdentifier, DER */
  readonly algorithm: Uint8Array
  /** what a message of CMS names beside an algorithm that leaves it open */
  readonly digest?: string | undefined
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/**
 * Whether a signature in a message is one of this key.
 *
 * @throws SigningError `signature` for an algorithm that is unknown or too weak, such as one with SHA-1
 */
export function isSignatureBy({ spki, algorithm, digest, message, signature }: SignatureToVerify): boolean {
  const named = withDigest(AsnConvert.parse(algorithm, AlgorithmIdentifier), digest)
  const isGenuine = isSigned(spki, named, message, signature)
  if (isGenuine !== undefined) return isGenuine
  throw new SigningError('signature', `The signature is by ${signatureAlgorithmName(named)}, which is not accepted.`)
}

const complete: ReadonlyMap<string, string> = new Map([
  [`${oid.rsa} sha256`, '1.2.840.113549.1.1.11'],
  [`${oid.rsa} sha384`, '1.2.840.113549.1.1.12'],
  [`${oid.rsa} sha512`, '1.2.840.113549.1.1.13'],
  [`${oid.ecPublicKey} sha256`, '1.2.840.10045.4.3.2'],
  [`${oid.ecPublicKey} sha384`, '1.2.840.10045.4.3.3'],
  [`${oid.ecPublicKey} sha512`, '1.2.840.10045.4.3.4'],
])

/** CMS lets the algorithm of the key stand for the one of the signature (RFC 3370 §3.2), and many do. */
function withDigest(named: AlgorithmIdentifier, digest: string | undefined): AlgorithmIdentifier {
  const algorithm = complete.get(`${named.algorithm} ${digestNames.get(digest ?? '')}`)
  return algorithm === undefined ? named : new AlgorithmIdentifier({ algorithm })
}
