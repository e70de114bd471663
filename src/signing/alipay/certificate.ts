import { type Certificate, readCertificates } from '../../certificates/certificate.ts'
import { CertificateError } from '../../certificates/certificate-error.ts'
import { verifiedChain } from '../../certificates/chain.ts'
import { DerReader, derTag, objectIdentifierText } from '../../crypto/der.ts'
import { SigningError } from '../errors.ts'
import { distinguishedName } from './distinguished-name.ts'

/** A certificate with what Alipay's serial numbers are made of. */
export interface AlipayCertificate extends Certificate {
  /** RFC 2253, as Java writes it */
  readonly issuerText: string
  /** two's complement, since some issuers write serial numbers that come out negative */
  readonly serial: bigint
  /** dotted, such as `1.2.840.113549.1.1.11` */
  readonly signatureOid: string
}

/**
 * The certificates of a PEM text, in its order.
 *
 * @param parameter - what the text was given as, named in errors
 * @throws SigningError `certificate`
 */
export function readAlipayCertificates(pem: string, parameter: string): readonly AlipayCertificate[] {
  return refusing(() => readCertificates(pem, parameter), parameter).map((certificate) => {
    const named = withNames(certificate)
    if (named !== undefined) return named
    throw new SigningError('certificate', 'The issuer of a certificate cannot be read.', { parameter })
  })
}

/** @throws SigningError `certificate` if no root vouches for it, or something on the way is out of date */
export function requireTrusted(
  certificate: Certificate,
  intermediates: readonly Certificate[],
  roots: readonly Certificate[],
  at: Date,
  parameter: string,
): void {
  refusing(() => verifiedChain(certificate, { trusted: roots, intermediates, at }), parameter)
}

function refusing<Value>(work: () => Value, parameter: string): Value {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof CertificateError)) throw cause
    throw new SigningError('certificate', cause.message, { cause, parameter })
  }
}

/** RFC 5280 §4.1. The issuer is read from its bytes: Java's text shows some values by these. */
function withNames(certificate: Certificate): AlipayCertificate | undefined {
  const whole = new DerReader(new DerReader(certificate.der).read(derTag.sequence) ?? new Uint8Array())
  const contents = new DerReader(whole.read(derTag.sequence) ?? new Uint8Array())
  contents.read(0xa0)
  contents.read(derTag.integer)
  const algorithm = contents.read(derTag.sequence)
  const oid = algorithm && new DerReader(algorithm).read(derTag.objectIdentifier)
  const issuer = contents.read(derTag.sequence)
  const issuerText = issuer && distinguishedName(issuer)
  if (oid === undefined || issuerText === undefined) return undefined
  const bits = certificate.serialNumber.length * 4
  const serial = BigInt.asIntN(bits, BigInt(`0x${certificate.serialNumber}`))
  return { ...certificate, issuerText, serial, signatureOid: objectIdentifierText(oid) }
}
