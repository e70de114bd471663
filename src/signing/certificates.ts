import { randomBytes } from 'node:crypto'
import { type AlternativeName, parseAlternativeName } from '../certificates/alternative-name.ts'
import { type Certificate, readCertificate, readCertificates } from '../certificates/certificate.ts'
import { CertificateError } from '../certificates/certificate-error.ts'
import { type ChainOptions, verifiedChain } from '../certificates/chain.ts'
import { isOfKey, issue, selfSigned } from '../certificates/issue.ts'
import { parseName } from '../certificates/name.ts'
import { buildRequest, type CertificateRequest, readRequest } from '../certificates/request.ts'
import {
  type CertificateUsage,
  type KeyUsage,
  parseCertificateUsage,
  parseExtendedKeyUsage,
  parseKeyUsage,
} from '../certificates/usage.ts'
import type { Signer } from '../crypto/signer.ts'
import { SigningError } from './errors.ts'

interface Names {
  /** `DNS:example.com`, `IP:10.0.0.1`, `email:a@example.com`, `URI:https://example.com/`; the kind may be left out */
  readonly alternativeNames?: readonly string[] | undefined
}

interface KeyUsages {
  /** such as `digitalSignature` and `nonRepudiation` */
  readonly keyUsage?: readonly (KeyUsage | (string & {}))[] | undefined
  /** such as `emailProtection`, or OIDs */
  readonly extendedKeyUsage?: readonly string[] | undefined
}

export interface CertificateRequestOptions extends Names, KeyUsages {
  /** such as `CN=示例,O=Example,C=CN`: escapes of RFC 4514, the order is kept */
  readonly subject: string
}

interface Terms extends Names, KeyUsages {
  /** what the certificate is for; it decides key usage and extended key usage unless they are given */
  readonly usage: CertificateUsage
  /** how many CAs may be below a CA */
  readonly pathLength?: number | undefined
  /** days of validity; 397 unless given, ten years for a CA */
  readonly days?: number | undefined
  /** of the validity; now unless given */
  readonly now?: Date | undefined
}

export interface SelfSignedCertificateOptions extends Terms {
  readonly subject: string
}

export interface IssueCertificateOptions extends Terms {
  /** the certificate of the key that signs: PEM or DER */
  readonly caCertificate: string | Uint8Array
  /** a certificate request: PEM or DER */
  readonly request: string | Uint8Array
  /** instead of the subject of the request */
  readonly subject?: string | undefined
}

/**
 * A certificate request (PKCS #10) for a held key.
 *
 * @returns PEM
 * @throws SigningError `certificate`, with the parameter that is wrong
 * @example await createCertificateRequest(await heldKey(client, { keyId: 'alias/web' }), { subject: 'CN=example.com' })
 */
export function createCertificateRequest(signer: Signer, options: CertificateRequestOptions): Promise<string> {
  return refusing(() =>
    buildRequest(signer, {
      subject: parseName(options.subject),
      extensions: { alternativeNames: namesOf(options), ...usagesOf(options) },
    }),
  )
}

/**
 * A certificate that a held key signs for itself.
 *
 * @returns PEM
 * @throws SigningError `certificate`
 */
export function selfSignedCertificate(signer: Signer, options: SelfSignedCertificateOptions): Promise<string> {
  return refusing(() => selfSigned(signer, parseName(options.subject), termsOf(options)))
}

/**
 * A certificate for the key of a request, signed by the held key of a CA. The request's signature is verified; its
 * subject and alternative names are taken over unless others are given, what it asks to be used for is not.
 *
 * @returns PEM
 * @throws SigningError `certificate`
 */
export function issueCertificate(ca: Signer, options: IssueCertificateOptions): Promise<string> {
  const { caCertificate, request } = options
  return refusing(() => {
    const subject = options.subject === undefined ? undefined : parseName(options.subject)
    return issue(ca, { ...termsOf(options), caCertificate, request, subject })
  })
}

export interface VerifyChainOptions {
  /** PEM of the certificates that are trusted as they are */
  readonly trusted: string
  /** PEM of those that may stand between, in any order */
  readonly intermediates?: string | undefined
  /** the time at which all must be valid; now unless given */
  readonly at?: Date | undefined
  /** what the certificate has to be good for */
  readonly usage?: CertificateUsage | undefined
}

/**
 * Verifies that a certificate is issued, directly or not, by one that is trusted: signatures, validity, CA flags, path
 * lengths. Revocation is not looked at.
 *
 * @param certificate - PEM; what follows the first certificate counts as intermediates
 * @returns the chain, the certificate first
 * @throws SigningError `certificate`
 */
export function verifyChain(certificate: string, options: VerifyChainOptions): readonly Certificate[] {
  return refusingNow(() => {
    const [first, ...others] = readCertificates(certificate)
    if (first === undefined) return []
    const between = options.intermediates === undefined ? [] : readCertificates(options.intermediates, 'intermediates')
    const chain: ChainOptions = {
      trusted: readCertificates(options.trusted, 'trusted'),
      intermediates: [...others, ...between],
      at: options.at ?? new Date(),
      usage: options.usage === undefined ? undefined : parseCertificateUsage(options.usage),
    }
    return verifiedChain(first, chain)
  })
}

/**
 * Reads one certificate without verifying it.
 *
 * @param encoded - PEM or DER
 * @throws SigningError `certificate`
 */
export const parseCertificate = (encoded: string | Uint8Array): Certificate =>
  refusingNow(() => readCertificate(encoded))

/**
 * Reads all certificates of a PEM text without verifying them.
 *
 * @throws SigningError `certificate`
 */
export const parseCertificates = (pem: string): readonly Certificate[] => refusingNow(() => readCertificates(pem))

/**
 * Reads a certificate request and verifies that its key has signed it.
 *
 * @param encoded - PEM or DER
 * @throws SigningError `certificate`
 */
export const parseCertificateRequest = (encoded: string | Uint8Array): CertificateRequest =>
  refusingNow(() => readRequest(encoded))

/** @throws SigningError `certificate` if it is about another key */
export function requireCertificateOf(signer: Pick<Signer, 'publicKey'>, certificate: Certificate): void {
  if (isOfKey(certificate, signer)) return
  throw new SigningError('certificate', 'The certificate is about another key.', { parameter: 'certificate' })
}

const namesOf = ({ alternativeNames }: Names): readonly AlternativeName[] | undefined =>
  alternativeNames?.map(parseAlternativeName)

const usagesOf = ({ keyUsage, extendedKeyUsage }: KeyUsages) => ({
  keyUsage: keyUsage?.map(parseKeyUsage),
  extendedKeyUsage: extendedKeyUsage?.map(parseExtendedKeyUsage),
})

const termsOf = (options: Terms) => ({
  ...usagesOf(options),
  usage: parseCertificateUsage(options.usage),
  pathLength: options.pathLength,
  days: options.days,
  alternativeNames: namesOf(options),
  now: options.now ?? new Date(),
  serialNumber: randomBytes(16),
})

async function refusing<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    throw asSigningError(error)
  }
}

function refusingNow<Value>(work: () => Value): Value {
  try {
    return work()
  } catch (error) {
    throw asSigningError(error)
  }
}

const asSigningError = (error: unknown): unknown =>
  error instanceof CertificateError
    ? new SigningError('certificate', error.message, { cause: error, parameter: error.parameter })
    : error
