import { AsnConvert } from '@peculiar/asn1-schema'
import {
  type AccessDescription,
  Certificate as AsnCertificate,
  AuthorityInfoAccessSyntax,
  CRLDistributionPoints,
  ExtendedKeyUsage,
} from '@peculiar/asn1-x509'
import { type Certificate, readCertificate } from '../../certificates/certificate.ts'
import { CertificateError } from '../../certificates/certificate-error.ts'
import { pemBlocks } from '../../certificates/encoded.ts'
import { DerReader, derTag, encodeDer } from '../../crypto/der.ts'
import { SigningError } from '../errors.ts'

/** A certificate with the parts of it that messages repeat byte for byte. DER, with their tags. */
export interface CmsCertificate extends Certificate {
  readonly serialNumberDer: Uint8Array
  readonly issuerDer: Uint8Array
  readonly subjectDer: Uint8Array
}

/** @throws SigningError `certificate` */
export function readCmsCertificate(der: Uint8Array): CmsCertificate {
  try {
    const certificate = readCertificate(Uint8Array.from(der))
    return { ...certificate, ...repeatedParts(certificate.der) }
  } catch (cause) {
    throw unreadable(cause)
  }
}

/**
 * All certificates of a PEM text, in their order; or the one certificate that the bytes are.
 *
 * @throws SigningError `certificate`, also where there is none
 */
export function readCmsCertificates(encoded: string | Uint8Array): readonly CmsCertificate[] {
  if (typeof encoded !== 'string' && encoded[0] === derTag.sequence) return [readCmsCertificate(encoded)]
  const text = typeof encoded === 'string' ? encoded : Buffer.from(encoded).toString('latin1')
  return blocksOf(text).map(readCmsCertificate)
}

function blocksOf(text: string): readonly Uint8Array[] {
  try {
    return pemBlocks(text, ['CERTIFICATE', 'X509 CERTIFICATE'], 'certificate')
  } catch (cause) {
    throw unreadable(cause)
  }
}

const unreadable = (cause: unknown): SigningError => {
  const message = cause instanceof CertificateError ? cause.message : 'A certificate cannot be read.'
  return new SigningError('certificate', message, { parameter: 'certificates', cause })
}

function repeatedParts(der: Uint8Array): Pick<CmsCertificate, 'serialNumberDer' | 'issuerDer' | 'subjectDer'> {
  const outer = new DerReader(new DerReader(der).read(derTag.sequence) ?? new Uint8Array())
  const reader = new DerReader(outer.read(derTag.sequence) ?? new Uint8Array())
  const next = (tag: number): Uint8Array => encodeDer(tag, reader.read(tag) ?? new Uint8Array())
  reader.read(0xa0)
  const serialNumberDer = next(derTag.integer)
  reader.read(derTag.sequence)
  const issuerDer = next(derTag.sequence)
  reader.read(derTag.sequence)
  return { serialNumberDer, issuerDer, subjectDer: next(derTag.sequence) }
}

/** The most particular common name of the subject. */
export const commonNameOf = (certificate: Certificate): string | undefined =>
  subjectOf(certificate)
    .flatMap((part) => [...part])
    .findLast(({ type }) => type === '2.5.4.3')
    ?.value.toString()

const bodyOf = ({ der }: Certificate) => AsnConvert.parse(der, AsnCertificate).tbsCertificate
const subjectOf = (certificate: Certificate) => [...bodyOf(certificate).subject]
const extensionOf = (certificate: Certificate, id: string) =>
  bodyOf(certificate).extensions?.find(({ extnID }) => extnID === id)

/** RFC 3161 §2.3: for time stamps, and critically for nothing else. */
export function isForTimeStamps(certificate: Certificate): boolean {
  const extension = extensionOf(certificate, '2.5.29.37')
  if (extension?.critical !== true) return false
  const purposes = [...AsnConvert.parse(extension.extnValue, ExtendedKeyUsage)]
  return purposes.length === 1 && purposes[0] === '1.3.6.1.5.5.7.3.8'
}

function addressesOf(certificate: Certificate, method: string): readonly string[] {
  const extension = extensionOf(certificate, '1.3.6.1.5.5.7.1.1')
  if (extension === undefined) return []
  const isOfMethod = ({ accessMethod }: AccessDescription): boolean => accessMethod === method
  return [...AsnConvert.parse(extension.extnValue, AuthorityInfoAccessSyntax)]
    .filter(isOfMethod)
    .flatMap(({ accessLocation }) => accessLocation.uniformResourceIdentifier ?? [])
}

/** Where a certificate says that its state can be asked for (RFC 5280 §4.2.2.1). */
export const ocspAddresses = (certificate: Certificate): readonly string[] =>
  addressesOf(certificate, '1.3.6.1.5.5.7.48.1')
/** Where it says that the certificate of its issuer is. */
export const issuerAddresses = (certificate: Certificate): readonly string[] =>
  addressesOf(certificate, '1.3.6.1.5.5.7.48.2')

/** Where it says that the revocation list of its issuer is (RFC 5280 §4.2.1.13). */
export function crlAddresses(certificate: Certificate): readonly string[] {
  const extension = extensionOf(certificate, '2.5.29.31')
  if (extension === undefined) return []
  return [...AsnConvert.parse(extension.extnValue, CRLDistributionPoints)].flatMap(({ distributionPoint }) =>
    (distributionPoint?.fullName ?? []).flatMap((name) => name.uniformResourceIdentifier ?? []),
  )
}
