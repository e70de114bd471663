import type { Certificate as X509Certificate } from '../../certificates/certificate.ts'
import { decodePem } from '../../crypto/pem.ts'
import { invalidParameter } from '../errors.ts'
import { formatTime } from '../time.ts'
import type { Certificate, Issued } from './certificate.ts'
import { refusing, x509 } from './x509.ts'

/**
 * Reads what a CA has issued for a key.
 *
 * @throws KmsError `InvalidParameter` of Certificate, which is broken, out of date or about another key; of
 * CertificateChain, in which each certificate must have issued the one before it
 */
export async function issuedFrom(
  { publicKey }: Pick<Certificate, 'publicKey'>,
  certificateText: string,
  chainText: string,
  now: Date,
): Promise<Issued> {
  const { readCertificate, readCertificates, formatName, formatAlternativeName } = await x509()
  const certificate = refusing('Certificate', () => readCertificate(certificateText))
  requireOwn(certificate, publicKey, now)
  const chain = chainText.trim() === '' ? [] : refusing('CertificateChain', () => readCertificates(chainText))
  requireChain([certificate, ...chain])
  const { subject, issuer, extensions, serialNumber, notBefore, notAfter } = certificate
  return {
    certificate: certificateText,
    chain: chainText,
    subject: formatName(subject.toReversed()),
    alternativeNames: (extensions.alternativeNames ?? []).map((name) =>
      formatAlternativeName(name).replace(/^DNS:/, ''),
    ),
    issuer: formatName(issuer.toReversed()),
    serial: BigInt(`0x${serialNumber || '0'}`).toString(),
    notBefore: formatTime(notBefore),
    notAfter: formatTime(notAfter),
    signatureAlgorithm: shownAlgorithm(certificate.signatureAlgorithm),
    subjectKeyIdentifier: spaced(certificate.keyIdentifier),
  }
}

function requireOwn(certificate: X509Certificate, publicKey: string, now: Date): void {
  const own = decodePem('PUBLIC KEY', publicKey)
  if (own === undefined || !Buffer.from(certificate.spki).equals(own))
    throw invalidParameter('Certificate', 'The certificate is not about this key.')
  if (now > certificate.notAfter) throw invalidParameter('Certificate', 'The certificate has expired.')
}

function requireChain(chain: readonly X509Certificate[]): void {
  for (const [index, issuer] of chain.slice(1).entries())
    if (chain[index]?.isSignedBy(issuer) !== true)
      throw invalidParameter('CertificateChain', 'Each certificate must have issued the one before it.')
}

const shownNames: ReadonlyMap<string, string> = new Map([
  ['sha256WithRSAEncryption', 'SHA256-RSA'],
  ['sha384WithRSAEncryption', 'SHA384-RSA'],
  ['sha512WithRSAEncryption', 'SHA512-RSA'],
  ['rsassaPss', 'SHA256-RSAPSS'],
  ['ecdsa-with-SHA256', 'ECDSA-SHA256'],
  ['ecdsa-with-SHA384', 'ECDSA-SHA384'],
  ['ecdsa-with-SHA512', 'ECDSA-SHA512'],
  ['SM2-with-SM3', 'SM2-SM3'],
])

/** The service shows `ECDSA-SHA256`; the others follow from it. */
const shownAlgorithm = (name: string): string => shownNames.get(name) ?? name

const spaced = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')
