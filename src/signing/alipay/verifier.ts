import { isOfKey } from '../../certificates/issue.ts'
import { decodeBase64 } from '../../crypto/base64.ts'
import { type PublicKey, readPublicKey } from '../../crypto/public-key.ts'
import { SigningError } from '../errors.ts'
import { readAlipayCertificates, requireTrusted } from './certificate.ts'
import { certificateSn, rootSn } from './certificate-sn.ts'
import { isAlipaySignature, type SignType } from './sign-type.ts'

/** Files of certificate mode, PEM, as the open platform hands them out. */
export interface AlipayCertificates {
  /** appCertPublicKey.crt: of the signer's key */
  readonly application: string
  /** alipayCertPublicKey.crt: what Alipay signs with, and who issued it; older and newer ones may follow */
  readonly alipay: string
  /** alipayRootCert.crt */
  readonly root: string
}

/** The serial numbers that requests name in certificate mode. */
export interface CertificateSns {
  readonly application: string
  readonly root: string
}

/** Finds the key that Alipay's signatures are checked with. */
export type KeyFinder = (certificateSn: string | undefined) => PublicKey

/**
 * Public-key mode: one key, whatever an answer names.
 *
 * @param text - PEM, or Base64 of the SubjectPublicKeyInfo as the open platform shows it
 * @throws SigningError `key`
 */
export function publicKeyFinder(text: string, signType: SignType): KeyFinder {
  const bare = text.includes('-----') ? text : (decodeBase64(text.replaceAll(/\s/g, '')) ?? '')
  const key = readPublicKey(bare)
  if (key !== undefined && key.kind === kindOf(signType)) return () => key
  const message = `Alipay's public key is no public key of the kind that ${signType} needs.`
  throw new SigningError('key', message, { parameter: 'alipayPublicKey' })
}

/**
 * Certificate mode: the certificate that an answer names, or the first; each has to lead to a root certificate.
 *
 * @throws SigningError `certificate`
 */
export function certificateFinder(files: AlipayCertificates, signType: SignType, now: () => Date): KeyFinder {
  const parameter = 'certificates.alipay'
  const roots = readAlipayCertificates(files.root, 'certificates.root')
  const given = readAlipayCertificates(files.alipay, parameter)
  const find: KeyFinder = (sn) => {
    const certificate = sn ? given.find((each) => certificateSn(each) === sn) : given[0]
    if (certificate === undefined)
      throw new SigningError('certificate', `Alipay signed with the certificate ${sn}, which was not given.`, {
        parameter,
      })
    requireTrusted(certificate, [...given, ...roots], roots, now(), parameter)
    if (certificate.publicKey?.kind === kindOf(signType)) return certificate.publicKey
    throw new SigningError('certificate', `Alipay's certificate has no key for ${signType}.`, { parameter })
  }
  find(undefined)
  return find
}

/**
 * What requests say about certificates.
 *
 * @throws SigningError `certificate` if the application's certificate isn't of the key, or out of date
 */
export function certificateSns(
  files: AlipayCertificates,
  key: PublicKey,
  signType: SignType,
  now: Date,
): CertificateSns {
  const parameter = 'certificates.application'
  const [application] = readAlipayCertificates(files.application, parameter)
  if (application === undefined || !isOfKey(application, { publicKey: key }))
    throw new SigningError('certificate', "The application's certificate is not of the signer's key.", { parameter })
  const { notBefore, notAfter } = application
  if (now < notBefore || now > notAfter)
    throw new SigningError(
      'certificate',
      `The application's certificate is valid from ${notBefore.toISOString()} to ${notAfter.toISOString()} only.`,
      { parameter },
    )
  const root = rootSn(readAlipayCertificates(files.root, 'certificates.root'), signType, 'certificates.root')
  return { application: certificateSn(application), root }
}

/** @throws SigningError `signature` */
export function requireAlipaySignature(key: PublicKey, text: string, base64: string, what: string): void {
  if (!isAlipaySignature(key, text, base64))
    throw new SigningError('signature', `The signature of ${what} is not Alipay's.`, { parameter: 'sign' })
}

const kindOf = (signType: SignType): PublicKey['kind'] => (signType === 'SM2' ? 'sm2' : 'rsa')
