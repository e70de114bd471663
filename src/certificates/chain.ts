import type { Certificate } from './certificate.ts'
import { CertificateError } from './certificate-error.ts'
import { formatName, isSameName } from './name.ts'
import { type CertificateUsage, extendedKeyUsageName, parseExtendedKeyUsage } from './usage.ts'

export interface ChainOptions {
  /** certificates that are trusted as they are; their own signatures are not asked for */
  readonly trusted: readonly Certificate[]
  /** certificates that may stand between, in any order */
  readonly intermediates?: readonly Certificate[] | undefined
  readonly at: Date
  /** what the certificate has to be good for */
  readonly usage?: CertificateUsage | undefined
}

const maxLength = 10

/**
 * Finds a way from a certificate to a trusted one (RFC 5280 §6, without policies and revocation): every signature, every
 * validity, and that only CAs have issued. A critical extension that isn't understood is refused, name constraints
 * among them.
 *
 * @returns the chain, the certificate first, the trusted one last
 * @throws CertificateError `certificate`, with what stood in the way
 */
export function verifiedChain(certificate: Certificate, options: ChainOptions): readonly Certificate[] {
  const refusal = flawOf(certificate, options.at) ?? usageFlaw(certificate, options.usage)
  if (refusal !== undefined) throw refused(certificate, refusal)
  const search: Search = { ...options, steps: 0, flaw: undefined }
  const chain = pathFrom([certificate], search)
  if (chain === undefined) throw search.flaw ?? refused(certificate, 'is issued by nobody that is trusted')
  return chain
}

interface Search extends ChainOptions {
  steps: number
  /** what was wrong with the candidate that came nearest */
  flaw: CertificateError | undefined
}

/** No chain needs as many; certificates that all have one name could ask for far more. */
const maxSteps = 200

function pathFrom(path: readonly Certificate[], search: Search): readonly Certificate[] | undefined {
  const last = path.at(-1)
  if (last === undefined || path.length > maxLength || ++search.steps > maxSteps) return undefined
  if (search.trusted.some((one) => isSame(one, last))) return path
  for (const candidate of [...search.trusted, ...(search.intermediates ?? [])]) {
    if (!isIssuerByName(candidate, last) || path.some((one) => isSame(one, candidate))) continue
    const flaw = issuerFlaw(path, candidate, search.at)
    if (flaw !== undefined) search.flaw ??= flaw
    else {
      const found = pathFrom([...path, candidate], search)
      if (found !== undefined) return found
    }
  }
  return undefined
}

const isSame = (one: Certificate, other: Certificate): boolean => Buffer.from(one.der).equals(other.der)

const isIssuerByName = (issuer: Certificate, certificate: Certificate): boolean =>
  isSameName(issuer.subject, certificate.issuer)

/** What is wrong with `issuer` as the next one of a path. */
function issuerFlaw(path: readonly Certificate[], issuer: Certificate, at: Date): CertificateError | undefined {
  const issued = path.at(-1)
  const { basicConstraints, keyUsage } = issuer.extensions
  const flaw = flawOf(issuer, at)
  if (flaw !== undefined) return refused(issuer, flaw)
  if (basicConstraints?.isCa !== true) return refused(issuer, 'is not one of a CA')
  if (keyUsage !== undefined && !keyUsage.includes('keyCertSign')) return refused(issuer, 'may not sign certificates')
  const casBelow = path.slice(1).filter((one) => !isSameName(one.subject, one.issuer)).length
  if (basicConstraints.pathLength !== undefined && casBelow > basicConstraints.pathLength)
    return refused(issuer, `allows no more than ${basicConstraints.pathLength} CAs below it`)
  const isSigned = issued?.isSignedBy(issuer)
  if (issued === undefined || isSigned === true) return undefined
  if (isSigned === undefined)
    return refused(issued, `is signed with ${issued.signatureAlgorithm}, which is not accepted`)
  return refused(issued, `is not signed by the key of ${formatName(issuer.subject)}`)
}

function flawOf(certificate: Certificate, at: Date): string | undefined {
  const { notBefore, notAfter, extensions, publicKey } = certificate
  if (at < notBefore) return `is valid from ${notBefore.toISOString()} on only`
  if (at > notAfter) return `expired on ${notAfter.toISOString()}`
  if (publicKey?.kind === 'rsa' && publicKey.bits < 2048) return 'has an RSA key of less than 2048 bits'
  const [unknown] = extensions.unknownCritical
  return unknown === undefined ? undefined : `has a critical extension that is not understood: ${unknown}`
}

const purposes: Readonly<Record<CertificateUsage, readonly string[]>> = {
  pdf: ['documentSigning', 'emailProtection', 'codeSigning', 'anyExtendedKeyUsage'].map(parseExtendedKeyUsage),
  'tls-client': ['clientAuth', 'anyExtendedKeyUsage'].map(parseExtendedKeyUsage),
  'tls-server': ['serverAuth', 'anyExtendedKeyUsage'].map(parseExtendedKeyUsage),
  code: ['codeSigning'].map(parseExtendedKeyUsage),
  ca: [],
}

/** RFC 5280 §4.2.1.12: a certificate that names purposes is good for these only. */
function usageFlaw({ extensions }: Certificate, usage: CertificateUsage | undefined): string | undefined {
  if (usage === undefined) return undefined
  const { keyUsage, extendedKeyUsage, basicConstraints } = extensions
  if (usage === 'ca') return basicConstraints?.isCa === true ? undefined : 'is not one of a CA'
  const signing = ['digitalSignature', 'nonRepudiation'] as const
  if (keyUsage !== undefined && !signing.some((one) => keyUsage.includes(one))) return 'may not sign'
  if (extendedKeyUsage === undefined || extendedKeyUsage.some((oid) => purposes[usage].includes(oid))) return undefined
  return `is for ${extendedKeyUsage.map(extendedKeyUsageName).join(', ')}, not for ${usage}`
}

const refused = (certificate: Certificate, reason: string): CertificateError =>
  new CertificateError('certificate', `The certificate of ${formatName(certificate.subject)} ${reason}.`)
