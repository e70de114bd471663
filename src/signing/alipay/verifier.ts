import { decodeBase64 } from '../../crypto/base64.ts'
import { type PublicKey, publicKeyText, readPublicKey } from '../../crypto/public-key.ts'
import { SigningError } from '../errors.ts'
import { type AlipayCertificate, isIssuedBy, readCertificates, requireValid } from './certificate.ts'
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
export function certificateFinder(files: AlipayCertificates, signType: SignType, now: Date): KeyFinder {
  const parameter = 'certificates.alipay'
  const roots = readCertificates(files.root, 'certificates.root')
  const given = readCertificates(files.alipay, parameter)
  const [first] = given
  if (first !== undefined) requireTrusted(first, [...given, ...roots], roots, now)
  return (sn) => {
    const certificate = sn ? given.find((each) => certificateSn(each) === sn) : first
    if (certificate === undefined)
      throw new SigningError('certificate', `Alipay signed with the certificate ${sn}, which was not given.`, {
        parameter,
      })
    if (certificate !== first) requireTrusted(certificate, [...given, ...roots], roots, now)
    const key = certificate.publicKey
    if (key?.kind === kindOf(signType)) return key
    throw new SigningError('certificate', `Alipay's certificate has no key for ${signType}.`, { parameter })
  }
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
  const [application] = readCertificates(files.application, parameter)
  if (application?.publicKey === undefined || publicKeyText(application.publicKey) !== publicKeyText(key))
    throw new SigningError('certificate', "The application's certificate is not of the signer's key.", { parameter })
  requireValid(application, now, parameter)
  const root = rootSn(readCertificates(files.root, 'certificates.root'), signType, 'certificates.root')
  return { application: certificateSn(application), root }
}

/** @throws SigningError `signature` */
export function requireAlipaySignature(key: PublicKey, text: string, base64: string, what: string): void {
  if (!isAlipaySignature(key, text, base64))
    throw new SigningError('signature', `The signature of ${what} is not Alipay's.`, { parameter: 'sign' })
}

function requireTrusted(
  certificate: AlipayCertificate,
  issuers: readonly AlipayCertificate[],
  roots: readonly AlipayCertificate[],
  now: Date,
): void {
  const parameter = 'certificates.alipay'
  requireValid(certificate, now, parameter)
  if (roots.some((root) => isSame(root, certificate) || isIssuedBy(certificate, root))) return
  const rest = issuers.filter((each) => !isSame(each, certificate))
  const issuer = rest.find((each) => isIssuedBy(certificate, each))
  if (issuer === undefined)
    throw new SigningError('certificate', `No root certificate vouches for ${certificate.subject}.`, { parameter })
  requireTrusted(issuer, rest, roots, now)
}

const isSame = (a: AlipayCertificate, b: AlipayCertificate): boolean => Buffer.from(a.der).equals(b.der)

const kindOf = (signType: SignType): PublicKey['kind'] => (signType === 'SM2' ? 'sm2' : 'rsa')
