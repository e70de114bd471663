import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Certificate } from '../../certificates/certificate.ts'
import { CertificateError } from '../../certificates/certificate-error.ts'
import { verifiedChain } from '../../certificates/chain.ts'
import type { CmsCertificate } from '../cms/certificate.ts'
import { readCmsCertificates } from '../cms/certificate.ts'
import { oid } from '../cms/oids.ts'
import { readSignedData, type SignedData } from '../cms/read-signed-data.ts'
import { contentDigestName, verifySignedData } from '../cms/verify-signed-data.ts'
import { readTimeStamp, requireAbout, type TimeStamp } from '../cms/verify-time-stamp.ts'
import { SigningError } from '../errors.ts'
import { certificationOf } from './certification.ts'
import type { PdfChange } from './change.ts'
import { changesBetween } from './changes.ts'
import { readPdfDate } from './date.ts'
import { type SignatureField, signatureFields } from './fields.ts'
import { PdfDocument } from './file/document.ts'
import { type ByteSource, fileSource, memorySource, piecesOf } from './file/source.ts'
import { isString, type PdfDictionary, textOf } from './file/values.ts'
import { type LocatedSignature, locateSignature } from './locate.ts'
import { forbiddenChanges } from './permitted.ts'
import type { PdfReport, PdfSignatureReport } from './report.ts'
import { revocationOf } from './revocation.ts'
import { readSecurityStore, type SecurityStore } from './security-store.ts'

export interface PdfVerifyOptions {
  /** PEM of the certificate authorities that are trusted, those of time stamps too; without any, no signature is valid */
  readonly trusted?: string | undefined
  /** when the signatures have to be valid, for those without a time stamp; now unless given */
  readonly at?: Date | undefined
}

/**
 * Verifies all signatures of a PDF held in memory, and finds out what was done to the document after each. Asks nobody
 * over the network.
 *
 * @throws SigningError `document` where the document cannot be read; what is wrong with a signature stands in the report
 */
export const verifyPdf = (pdf: Uint8Array, options: PdfVerifyOptions = {}): Promise<PdfReport> =>
  verifySource(memorySource(pdf), options)

/** The same for a file of any size, which is read in pieces. */
export async function verifyPdfFile(path: string, options: PdfVerifyOptions = {}): Promise<PdfReport> {
  using source = fileSource(path)
  return await verifySource(source, options)
}

async function verifySource(source: ByteSource, options: PdfVerifyOptions): Promise<PdfReport> {
  const document = new PdfDocument(source)
  if (document.isEncrypted) throw new SigningError('document', 'The PDF is encrypted. Remove its password first.')
  const trust: Trust = {
    trusted: options.trusted === undefined ? [] : readCmsCertificates(options.trusted),
    at: options.at ?? new Date(),
    store: readSecurityStore(document),
  }
  const signatures: PdfSignatureReport[] = []
  for (const field of signatureFields(document).filter(({ value }) => value !== undefined))
    signatures.push(await verifySignature(document, field, trust))
  return { isValid: signatures.length > 0 && signatures.every(({ isValid }) => isValid), signatures }
}

interface Trust {
  readonly trusted: readonly CmsCertificate[]
  readonly at: Date
  readonly store: SecurityStore
}

/** A report that is filled step by step; what stands in the way is written down, and the steps after it are left out. */
type Draft = { -readonly [Member in keyof PdfSignatureReport]: PdfSignatureReport[Member] }

async function verifySignature(
  document: PdfDocument,
  field: SignatureField,
  trust: Trust,
): Promise<PdfSignatureReport> {
  const problems: string[] = []
  const draft = emptyReport(field, problems)
  try {
    const located = locateSignature(document, field)
    draft.kind = located.kind
    draft.coversWholeDocument = located.signedState.source.length === document.source.length
    draft.certification = certificationOf(located.signedState, located.dictionary)
    const identity = located.kind === 'signature' ? await intactSignature(located) : await intactTimeStamp(located)
    draft.isIntact = true
    draft.certificate = identity.certificate
    judgeTrust(draft, problems, identity, trust)
    draft.changes = changesBetween(located.signedState, document)
    const forbidden = changeProblems(located, draft.changes)
    draft.hasForbiddenChanges = forbidden.length > 0
    problems.push(...forbidden)
  } catch (error) {
    if (!(error instanceof SigningError)) throw error
    problems.push(error.message)
  }
  return { ...draft, isValid: draft.isIntact && draft.isTrusted && problems.length === 0 }
}

function emptyReport({ name: field, value = new Map() }: SignatureField, problems: readonly string[]): Draft {
  const text = (key: string): string | undefined => {
    const member = (value as PdfDictionary).get(key)
    return isString(member) ? textOf(member) : undefined
  }
  return {
    ...{ field, kind: 'signature', isValid: false, isIntact: false, isTrusted: false, problems },
    ...{ certificate: undefined, stampedAt: undefined, level: undefined, revocation: 'unknown' },
    ...{ name: text('Name'), reason: text('Reason'), location: text('Location'), contact: text('ContactInfo') },
    signedAt: readPdfDate(text('M') ?? ''),
    ...{ certification: undefined, coversWholeDocument: false, changes: [], hasForbiddenChanges: true },
  }
}

interface Identity {
  readonly certificate: CmsCertificate
  /** those that the signature carries */
  readonly certificates: readonly CmsCertificate[]
  readonly timeStamp: TimeStamp | undefined
  /** a time stamp is trusted for when it was made, so it has no other */
  readonly usage: 'pdf' | undefined
}

async function intactSignature(located: LocatedSignature): Promise<Identity> {
  const signed = readSignedData(located.value)
  if (signed.contentType !== oid.data || signed.content !== undefined)
    throw new SigningError(
      'signature',
      'The signature carries a content of its own instead of being over the document.',
    )
  const certificate = verifySignedData(signed, await digestOf(located, contentDigestName(signed)))
  return { certificate, certificates: signed.certificates, timeStamp: timeStampOf(signed), usage: 'pdf' }
}

function timeStampOf({ signerInfo }: SignedData): TimeStamp | undefined {
  const token = signerInfo.unsignedAttributes.get(oid.timeStampToken)
  if (token === undefined) return undefined
  const timeStamp = readTimeStamp(token.raw)
  requireAbout(timeStamp, createHash(timeStamp.digestName).update(signerInfo.signature).digest())
  return timeStamp
}

async function intactTimeStamp(located: LocatedSignature): Promise<Identity> {
  const timeStamp = readTimeStamp(located.value)
  requireAbout(timeStamp, await digestOf(located, timeStamp.digestName))
  const { certificate, certificates } = timeStamp
  return { certificate, certificates, timeStamp, usage: undefined }
}

async function digestOf({ signedState: { source }, gap }: LocatedSignature, digestName: string): Promise<Uint8Array> {
  const hash = createHash(digestName)
  for (const [start, end] of [
    [0, gap.start],
    [gap.end, source.length],
  ] as const)
    for (const piece of piecesOf(source, start, end)) {
      hash.update(piece)
      await setImmediate()
    }
  return hash.digest()
}

function judgeTrust(draft: Draft, problems: string[], identity: Identity, trust: Trust): void {
  const { timeStamp, certificate, certificates, usage } = identity
  if (trust.trusted.length === 0) {
    problems.push('No certificate authority is trusted, so nobody knows who has signed.')
    return
  }
  const stamped =
    timeStamp && attempt(problems, () => chainOf(timeStamp.certificate, timeStamp.certificates, trust, trust.at))
  draft.stampedAt = stamped === undefined ? undefined : timeStamp?.time
  const at = usage === undefined ? trust.at : (draft.stampedAt ?? trust.at)
  const chain = attempt(problems, () => chainOf(certificate, certificates, trust, at, usage))
  if (chain === undefined) return
  draft.isTrusted = true
  draft.revocation = revocationOf(chain, trust.store, at)
  if (draft.revocation === 'revoked') problems.push('A certificate of the signature was revoked before it was made.')
  const isLongTerm = draft.stampedAt !== undefined && draft.revocation === 'good'
  if (usage === 'pdf') draft.level = isLongTerm ? 'B-LT' : draft.stampedAt === undefined ? 'B-B' : 'B-T'
}

function chainOf(
  certificate: Certificate,
  certificates: readonly Certificate[],
  { trusted, store }: Trust,
  at: Date,
  usage?: 'pdf',
): readonly Certificate[] {
  return verifiedChain(certificate, { trusted, intermediates: [...certificates, ...store.certificates], at, usage })
}

function attempt<Value>(problems: string[], work: () => Value): Value | undefined {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    problems.push(error.message)
    return undefined
  }
}

function changeProblems(
  { signedState, dictionary }: LocatedSignature,
  changes: readonly PdfChange[],
): readonly string[] {
  const forbidden = forbiddenChanges(signedState, dictionary, changes)
  const described = forbidden.map(({ kind, what }) => (kind === 'other' ? what : `${kind}: ${what}`))
  return forbidden.length === 0 ? [] : [`The document was changed after it was signed (${described.join('; ')}).`]
}
