import type { X509Certificate } from 'node:crypto'
import type { AlternativeName } from '../../certificates/alternative-name.ts'
import { readCertificate } from '../../certificates/certificate.ts'

/** What a certificate says of who holds it. */
export interface CertificateNames {
  readonly uri: readonly string[]
  readonly dns: readonly string[]
  readonly email: readonly string[]
  readonly commonName: readonly string[]
  /** SHA-256 of the certificate, 64 hexadecimal digits */
  readonly sha256: string
}

const commonNameOid = '2.5.4.3'

/**
 * Reads a certificate that TLS has verified, from its bytes: in the texts that Node makes of names, one could pass for two.
 *
 * @throws CertificateError for what OpenSSL can read and this cannot
 */
export function namesOf(certificate: X509Certificate): CertificateNames {
  const { subject, extensions } = readCertificate(certificate.raw)
  const { alternativeNames = [] } = extensions
  const named = (kind: AlternativeName['kind']): readonly string[] =>
    alternativeNames.filter((name) => name.kind === kind).map(({ value }) => value)
  return {
    uri: named('URI'),
    dns: named('DNS'),
    email: named('email'),
    commonName: subject
      .flat()
      .filter(({ type }) => type === commonNameOid)
      .map(({ value }) => value),
    sha256: sha256Of(certificate),
  }
}

export const sha256Of = ({ fingerprint256 }: X509Certificate): string =>
  fingerprint256.replaceAll(':', '').toLowerCase()
