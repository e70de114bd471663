import { AsnConvert } from '@peculiar/asn1-schema'
import { type AlgorithmIdentifier, Certificate as AsnCertificate, Extensions } from '@peculiar/asn1-x509'
import { encodePem } from '../crypto/pem.ts'
import { type PublicKey, readPublicKey } from '../crypto/public-key.ts'
import { CertificateError, wordsFor } from './certificate-error.ts'
import { parsed, pemBlocks, signedParts } from './encoded.ts'
import { decodeExtensions, keyIdentifierOf, type ReadExtensions } from './extensions.ts'
import { type DistinguishedName, decodeName } from './name.ts'
import { isSigned, signatureAlgorithmName } from './signature-algorithm.ts'

/** An X.509 certificate that has been read; nothing about it has been verified. */
export interface Certificate {
  readonly der: Uint8Array
  readonly subject: DistinguishedName
  readonly issuer: DistinguishedName
  /** hexadecimal, upper case */
  readonly serialNumber: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** SubjectPublicKeyInfo, DER */
  readonly spki: Uint8Array
  /** undefined for kinds that don't sign here, such as P-384 */
  readonly publicKey: PublicKey | undefined
  readonly signatureAlgorithm: string
  readonly extensions: ReadExtensions
  /** the identifier that it has for its key, or would have */
  readonly keyIdentifier: Uint8Array
  /** Whether it is signed by the key of `issuer`; undefined if the algorithm isn't one that is accepted. */
  isSignedBy(issuer: Certificate): boolean | undefined
}

const label = 'CERTIFICATE'

export const certificateText = (der: Uint8Array): string => encodePem(label, der)

/**
 * Every certificate of a PEM text, in order.
 *
 * @throws CertificateError `parameter`
 */
export const readCertificates = (pem: string, parameter = 'certificate'): readonly Certificate[] =>
  pemBlocks(pem, [label, 'X509 CERTIFICATE'], parameter).map((der) => readCertificate(der, parameter))

/**
 * Reads one certificate.
 *
 * @param encoded - PEM with one block, or DER
 * @throws CertificateError `parameter`
 */
export function readCertificate(encoded: string | Uint8Array, parameter = 'certificate'): Certificate {
  if (typeof encoded !== 'string') return decoded(encoded, parameter)
  const [first, ...others] = readCertificates(encoded, parameter)
  if (first === undefined || others.length > 0)
    throw new CertificateError(parameter, `The ${wordsFor(parameter)} is several certificates; give one.`)
  return first
}

function decoded(der: Uint8Array, parameter: string): Certificate {
  const parts = signedParts(der)
  if (parts === undefined) throw new CertificateError(parameter, `The ${wordsFor(parameter)} is no certificate.`)
  return parsed(parameter, 'certificate', () => {
    const asn = AsnConvert.parse(der, AsnCertificate)
    const { subjectPublicKeyInfo, validity, serialNumber, subject, issuer, extensions } = asn.tbsCertificate
    const spki = new Uint8Array(AsnConvert.serialize(subjectPublicKeyInfo))
    const read = decodeExtensions(extensions ?? new Extensions([]), parameter)
    return {
      der,
      subject: decodeName(subject),
      issuer: decodeName(issuer),
      serialNumber: Buffer.from(serialNumber).toString('hex').toUpperCase(),
      notBefore: validity.notBefore.getTime(),
      notAfter: validity.notAfter.getTime(),
      spki,
      publicKey: readPublicKey(spki),
      signatureAlgorithm: signatureAlgorithmName(asn.signatureAlgorithm),
      extensions: read,
      keyIdentifier: read.subjectKeyIdentifier ?? keyIdentifierOf(subjectPublicKeyInfo.subjectPublicKey),
      isSignedBy: (other) =>
        isSameAlgorithm(parts.algorithm, asn.tbsCertificate.signature)
          ? isSigned(other.spki, asn.signatureAlgorithm, parts.signed, parts.signature)
          : false,
    }
  })
}

/** RFC 5280 §4.1.1.2: what is said inside the signature must be said outside it. */
const isSameAlgorithm = (outer: Uint8Array, inner: AlgorithmIdentifier): boolean =>
  Buffer.from(outer).equals(Buffer.from(AsnConvert.serialize(inner)))
