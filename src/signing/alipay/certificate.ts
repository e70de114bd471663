import { X509Certificate } from 'node:crypto'
import { decodeBase64 } from '../../crypto/base64.ts'
import { DerReader, derTag, encodeDer } from '../../crypto/der.ts'
import { digestFor, isSignatureOf, type PublicKey, readPublicKey } from '../../crypto/public-key.ts'
import { SigningError } from '../errors.ts'
import { distinguishedName, objectIdentifier } from './distinguished-name.ts'

/** What Alipay's certificate mode needs to know of a certificate. */
export interface AlipayCertificate {
  readonly der: Uint8Array
  /** RFC 2253 */
  readonly issuer: string
  readonly subject: string
  readonly serialNumber: bigint
  /** dotted, such as `1.2.840.113549.1.1.11` */
  readonly signatureAlgorithm: string
  /** undefined where it is of a kind that KMS has no keys of */
  readonly publicKey: PublicKey | undefined
  readonly notBefore: Date
  readonly notAfter: Date
  readonly toBeSigned: Uint8Array
  readonly signature: Uint8Array
}

/** sm2-with-SM3, GM/T 0006. */
export const sm2WithSm3 = '1.2.156.10197.1.501'

/**
 * The certificates of a PEM text, in its order.
 *
 * @param parameter - what the text was given as, named in errors
 * @throws SigningError `certificate`
 */
export function readCertificates(pem: string, parameter: string): AlipayCertificate[] {
  const blocks = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g)]
  if (blocks.length === 0) throw new SigningError('certificate', 'There is no certificate in the text.', { parameter })
  return blocks.map(([, base64 = '']) => {
    const der = decodeBase64(base64.replaceAll(/\s/g, ''))
    const certificate = der && read(der)
    if (certificate === undefined) throw new SigningError('certificate', 'A certificate cannot be read.', { parameter })
    return certificate
  })
}

/** @throws SigningError `certificate` if it isn't valid at this time */
export function requireValid(certificate: AlipayCertificate, now: Date, parameter: string): void {
  const { subject, notBefore, notAfter } = certificate
  if (now < notBefore || now > notAfter) {
    const period = `from ${notBefore.toISOString()} to ${notAfter.toISOString()}`
    throw new SigningError('certificate', `The certificate of ${subject} is valid ${period} only.`, { parameter })
  }
}

/** Whether the issuer's key signed the certificate; RSA and EC with any hash, and SM2. */
export function isIssuedBy(certificate: AlipayCertificate, issuer: AlipayCertificate): boolean {
  if (certificate.issuer !== issuer.subject) return false
  try {
    if (certificate.signatureAlgorithm === sm2WithSm3) return isSm2SignedBy(certificate, issuer)
    return new X509Certificate(certificate.der).verify(new X509Certificate(issuer.der).publicKey)
  } catch {
    return false
  }
}

function isSm2SignedBy({ toBeSigned, signature }: AlipayCertificate, { publicKey }: AlipayCertificate): boolean {
  if (publicKey?.kind !== 'sm2') return false
  return isSignatureOf(publicKey, 'SM2DSA', digestFor(publicKey, toBeSigned), signature)
}

/** RFC 5280 §4.1; undefined if it is none. */
function read(der: Uint8Array): AlipayCertificate | undefined {
  const whole = new DerReader(new DerReader(der).read(derTag.sequence) ?? new Uint8Array())
  const contents = whole.read(derTag.sequence)
  const algorithm = whole.read(derTag.sequence)
  const signature = whole.read(derTag.bitString)
  const names = contents && readNames(contents)
  if (contents === undefined || algorithm === undefined || signature === undefined || names === undefined)
    return undefined
  const oid = new DerReader(algorithm).read(derTag.objectIdentifier)
  const dates = validity(der)
  if (oid === undefined || dates === undefined) return undefined
  return {
    ...names,
    ...dates,
    der,
    signatureAlgorithm: objectIdentifier(oid),
    toBeSigned: encodeDer(derTag.sequence, contents),
    signature: signature.subarray(1),
  }
}

function readNames(
  contents: Uint8Array,
): Pick<AlipayCertificate, 'serialNumber' | 'issuer' | 'subject' | 'publicKey'> | undefined {
  const reader = new DerReader(contents)
  reader.read(0xa0)
  const serial = reader.read(derTag.integer)
  reader.read(derTag.sequence)
  const issuer = distinguishedName(reader.read(derTag.sequence) ?? Buffer.of(0))
  reader.read(derTag.sequence)
  const subject = distinguishedName(reader.read(derTag.sequence) ?? Buffer.of(0))
  const key = reader.read(derTag.sequence)
  if (serial === undefined || issuer === undefined || subject === undefined || key === undefined) return undefined
  const publicKey = readPublicKey(encodeDer(derTag.sequence, key))
  return { serialNumber: signedInteger(serial), issuer, subject, publicKey }
}

/** Two's complement, since some issuers write serial numbers that come out negative. */
const signedInteger = (content: Uint8Array): bigint =>
  BigInt.asIntN(content.length * 8, BigInt(`0x${Buffer.from(content).toString('hex') || '0'}`))

function validity(der: Uint8Array): Pick<AlipayCertificate, 'notBefore' | 'notAfter'> | undefined {
  try {
    const { validFrom, validTo } = new X509Certificate(der)
    return { notBefore: new Date(validFrom), notAfter: new Date(validTo) }
  } catch {
    return undefined
  }
}
