import type { Signer } from '../crypto/signer.ts'
import type { AlternativeName } from './alternative-name.ts'
import { buildCertificate } from './build-certificate.ts'
import { type Certificate, readCertificate } from './certificate.ts'
import { CertificateError } from './certificate-error.ts'
import type { ExtensionContents } from './extensions.ts'
import { type DistinguishedName, formatName } from './name.ts'
import { type CertificateRequest, readRequest } from './request.ts'
import { type CertificateUsage, type KeyUsage, purposeOf } from './usage.ts'

/** What the maker of a certificate decides. */
export interface CertificateTerms {
  readonly usage: CertificateUsage
  /** instead of what the usage stands for */
  readonly keyUsage?: readonly KeyUsage[] | undefined
  /** OIDs, instead of what the usage stands for */
  readonly extendedKeyUsage?: readonly string[] | undefined
  /** how many CAs may be below this one */
  readonly pathLength?: number | undefined
  readonly alternativeNames?: readonly AlternativeName[] | undefined
  /** how long it is valid */
  readonly days?: number | undefined
  readonly now: Date
  /** 16 random bytes */
  readonly serialNumber: Uint8Array
}

const day = 86_400_000
/** Browsers accept no server's certificate for longer than 398 days, counted from an hour before now. */
const defaultDays = (usage: CertificateUsage): number => (usage === 'ca' ? 3652 : 397)
const maxDays = 36_525

/** A certificate that the key gives itself: a root, or one that nobody but its owner vouches for. */
export function selfSigned(signer: Signer, subject: DistinguishedName, terms: CertificateTerms): Promise<string> {
  return buildCertificate(signer, {
    serialNumber: terms.serialNumber,
    issuer: subject,
    subject,
    ...validity(terms, undefined),
    spki: signer.publicKey.spki,
    extensions: extensionsFor(signer.publicKey, terms, terms.alternativeNames),
  })
}

export interface IssueOptions extends CertificateTerms {
  /** the CA's certificate: PEM or DER */
  readonly caCertificate: string | Uint8Array
  /** PEM or DER */
  readonly request: string | Uint8Array
  /** instead of the one that was asked for */
  readonly subject?: DistinguishedName | undefined
}

/**
 * A certificate for the key of a request, by a CA. Subject and alternative names are those of the request unless given;
 * what the key may be used for is never taken from it.
 *
 * @throws CertificateError
 */
export async function issue(ca: Signer, options: IssueOptions): Promise<string> {
  const issuer = readCertificate(options.caCertificate, 'caCertificate')
  requireIssuer(ca, issuer, options)
  const request = readRequest(options.request)
  return buildCertificate(ca, {
    serialNumber: options.serialNumber,
    issuer: issuer.subject,
    subject: subjectFor(request, options),
    ...validity(options, issuer),
    spki: request.spki,
    extensions: extensionsFor(request.publicKey, withPathLength(options), namesFor(request, options)),
    authorityKeyIdentifier: issuer.keyIdentifier,
  })
}

/** Who asks for less than a CA, gets no CA; a CA has none below it unless that is said. */
const withPathLength = (options: IssueOptions): IssueOptions =>
  options.usage === 'ca' ? { ...options, pathLength: options.pathLength ?? 0 } : options

function requireIssuer(ca: Signer, issuer: Certificate, { now, usage }: IssueOptions): void {
  const wrong = (message: string) =>
    new CertificateError('caCertificate', `The CA certificate of ${formatName(issuer.subject)} ${message}`)
  const { basicConstraints, keyUsage } = issuer.extensions
  if (!isOfKey(issuer, ca)) throw wrong('is not of the key that is to sign.')
  if (basicConstraints?.isCa !== true) throw wrong('is not one of a CA.')
  if (keyUsage !== undefined && !keyUsage.includes('keyCertSign')) throw wrong('may not sign certificates.')
  if (now < issuer.notBefore) throw wrong(`is valid from ${issuer.notBefore.toISOString()} on only.`)
  if (now > issuer.notAfter) throw wrong(`expired on ${issuer.notAfter.toISOString()}.`)
  if (usage === 'ca' && basicConstraints.pathLength === 0) throw wrong('allows no CA below it.')
}

/** Whether a certificate is about the key. */
export const isOfKey = (certificate: Certificate, { publicKey }: Pick<Signer, 'publicKey'>): boolean =>
  Buffer.from(certificate.spki).equals(publicKey.spki)

function subjectFor(request: CertificateRequest, { subject = request.subject }: IssueOptions): DistinguishedName {
  if (subject.length === 0) throw new CertificateError('subject', 'The request names no subject; give one.')
  return subject
}

function namesFor(request: CertificateRequest, options: IssueOptions): readonly AlternativeName[] | undefined {
  const names = options.alternativeNames ?? request.extensions.alternativeNames
  const other = names?.find(({ kind }) => kind === 'other')
  if (other === undefined) return names
  throw new CertificateError(
    'request',
    `The request has an alternative name of a kind that is not known: ${other.value}.`,
  )
}

function extensionsFor(
  key: Signer['publicKey'],
  terms: CertificateTerms,
  alternativeNames: readonly AlternativeName[] | undefined,
): ExtensionContents {
  const purpose = purposeOf(terms.usage, key)
  const { keyUsage = purpose.keyUsage, extendedKeyUsage = purpose.extendedKeyUsage, pathLength } = terms
  if (purpose.isCa && !keyUsage.includes('keyCertSign'))
    throw new CertificateError('keyUsage', 'A CA needs the key usage keyCertSign.')
  if (!purpose.isCa && keyUsage.includes('keyCertSign'))
    throw new CertificateError('keyUsage', 'Only a CA may have the key usage keyCertSign.')
  if (!purpose.isCa && pathLength !== undefined)
    throw new CertificateError('pathLength', 'Only a CA has a path length.')
  if (pathLength !== undefined && !(Number.isInteger(pathLength) && pathLength >= 0 && pathLength <= 10))
    throw new CertificateError('pathLength', 'The path length must be from 0 to 10.')
  if (terms.usage === 'tls-server' && (alternativeNames ?? []).length === 0)
    throw new CertificateError('alternativeNames', 'A server needs alternative names: clients look at nothing else.')
  const basicConstraints = { isCa: purpose.isCa, pathLength }
  return { basicConstraints, keyUsage, extendedKeyUsage, alternativeNames }
}

/** From an hour ago, for clocks that are late. An issuer doesn't vouch for longer than it is vouched for. */
function validity({ now, days, usage }: CertificateTerms, issuer: Certificate | undefined) {
  if (days !== undefined && !(days > 0 && days <= maxDays))
    throw new CertificateError('days', `The days of validity must be from 1 to ${maxDays}.`)
  const wanted = new Date(now.getTime() + (days ?? defaultDays(usage)) * day)
  if (issuer !== undefined && days !== undefined && wanted > issuer.notAfter)
    throw new CertificateError('days', `The CA certificate ends before, on ${issuer.notAfter.toISOString()}.`)
  const earliest = new Date(now.getTime() - day / 24)
  return {
    notBefore: toSecond(issuer !== undefined && earliest < issuer.notBefore ? issuer.notBefore : earliest),
    notAfter: toSecond(issuer !== undefined && wanted > issuer.notAfter ? issuer.notAfter : wanted),
  }
}

/** Certificates have no milliseconds. */
const toSecond = (time: Date): Date => new Date(Math.floor(time.getTime() / 1000) * 1000)
