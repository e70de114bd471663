import { createHash } from 'node:crypto'
import { SigningError } from '../errors.ts'
import { type AlipayCertificate, readAlipayCertificates } from './certificate.ts'
import type { SignType } from './sign-type.ts'

/** How Alipay names a certificate: MD5, in hexadecimal, of the issuer (RFC 2253) and the serial number in decimal. */
export function certificateSn({ issuerText, serial }: Pick<AlipayCertificate, 'issuerText' | 'serial'>): string {
  return createHash('md5').update(`${issuerText}${serial}`, 'utf8').digest('hex')
}

/**
 * `app_cert_sn` of an application certificate, `alipay_cert_sn` of Alipay's.
 *
 * @param pem - the first certificate counts
 * @throws SigningError `certificate`
 */
export function alipayCertificateSn(pem: string): string {
  const [first] = readAlipayCertificates(pem, 'pem')
  if (first === undefined) throw new SigningError('certificate', 'There is no certificate.', { parameter: 'pem' })
  return certificateSn(first)
}

/**
 * `alipay_root_cert_sn`: of the root certificates that are signed with the kind of key that requests are, in the order
 * of the file, joined by `_`.
 *
 * @throws SigningError `certificate` if there is none of the kind
 */
export function alipayRootCertificateSn(pem: string, signType: SignType = 'RSA2'): string {
  return rootSn(readAlipayCertificates(pem, 'pem'), signType, 'pem')
}

/** As `alipayRootCertificateSn`, of certificates that have been read. */
export function rootSn(roots: readonly AlipayCertificate[], signType: SignType, parameter: string): string {
  const fitting = roots.filter(({ signatureOid }) => isOfKind(signatureOid, signType))
  if (fitting.length > 0) return fitting.map(certificateSn).join('_')
  const kind = signType === 'SM2' ? 'SM2' : 'RSA'
  throw new SigningError('certificate', `There is no ${kind} root certificate.`, { parameter })
}

const isOfKind = (signatureOid: string, signType: SignType): boolean =>
  signType === 'SM2' ? signatureOid === '1.2.156.10197.1.501' : signatureOid.startsWith('1.2.840.113549.1.1.')
