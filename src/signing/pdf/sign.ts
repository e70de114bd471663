import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { digestNameFor } from '../cms/algorithms.ts'
import type { CmsCertificate } from '../cms/certificate.ts'
import { createSignedData } from '../cms/create-signed-data.ts'
import { requestTimeStamp } from '../cms/time-stamp.ts'
import { SigningError } from '../errors.ts'
import { PdfDocument } from './file/document.ts'
import { type ByteSource, followedBy, memorySource, piecesOf } from './file/source.ts'
import type { PdfSignatureLevel, PdfSignOptions } from './options.ts'
import { type PreparedSignature, prepareSignature, requireSignable } from './prepare.ts'
import { signingCertificates } from './signing-certificates.ts'

/**
 * Signs a PDF held in memory. The document is left as it is and the signature appended, so signatures that it has stay
 * valid.
 *
 * @returns the signed document
 * @throws SigningError `document`, `certificate`, `signature`; ServiceError and ClientError of the signer
 * @see ETSI EN 319 142-1 (PAdES), ISO 32000-2 §12.8
 */
export async function signPdf(pdf: Uint8Array, options: PdfSignOptions): Promise<Uint8Array> {
  return Buffer.concat([pdf, await signatureUpdate(memorySource(pdf), options)])
}

/** What has to be appended to a document to sign it, on the level that is asked for. */
export async function signatureUpdate(source: ByteSource, options: PdfSignOptions): Promise<Uint8Array> {
  const document = new PdfDocument(source)
  requireSignable(document, options)
  const fixed = { ...options, signedAt: options.signedAt ?? new Date() }
  const { bytes, value } = await signedUpdate(document, fixed)
  if (levelOf(options) !== 'B-LT') return bytes
  const { collectMaterial } = await import('./long-term.ts')
  const { securityStoreUpdate } = await import('./add-security-store.ts')
  const material = await collectMaterial(value, fixed)
  return Buffer.concat([bytes, securityStoreUpdate(followedBy(source, bytes), material)])
}

interface SignedUpdate {
  readonly bytes: Uint8Array
  /** the signature itself, CMS */
  readonly value: Uint8Array
}

async function signedUpdate(document: PdfDocument, options: FixedOptions): Promise<SignedUpdate> {
  const certificates = signingCertificates(options, options.signedAt)
  const first = await trySigning(document, certificates, options, reserveFor(certificates, levelOf(options)))
  if ('bytes' in first) return first
  // The token of the authority was longer than any that was expected; now its length is known.
  const second = await trySigning(document, certificates, options, first.needed + 256)
  if ('bytes' in second) return second
  throw new SigningError('signature', `The signature needs ${second.needed} bytes, each time more than before.`)
}

type FixedOptions = PdfSignOptions & { readonly signedAt: Date }

/** @throws SigningError `signature` where the level needs a time-stamping authority */
function levelOf({ level, timeStamp }: PdfSignOptions): PdfSignatureLevel {
  const chosen = level ?? (timeStamp === undefined ? 'B-B' : 'B-T')
  if (chosen !== 'B-B' && timeStamp === undefined)
    throw new SigningError('signature', `The level ${chosen} needs a time-stamping authority.`, {
      parameter: 'timeStamp',
    })
  return chosen
}

/** Tokens with the authority's chain are about 3 to 8 KiB long. */
const reserveFor = (certificates: readonly CmsCertificate[], level: PdfSignatureLevel): number =>
  certificates.reduce((sum, { der }) => sum + der.length, 2048) + (level === 'B-B' ? 0 : 16_384)

async function trySigning(
  document: PdfDocument,
  certificates: readonly [CmsCertificate, ...CmsCertificate[]],
  options: FixedOptions,
  valueBytes: number,
): Promise<SignedUpdate | { readonly needed: number }> {
  const { signer, timeStamp } = options
  const prepared = prepareSignature(document, certificates[0], options, valueBytes)
  const messageDigest = await digestOf(document.source, prepared, digestNameFor(signer.algorithm))
  const stamp = levelOf(options) === 'B-B' ? undefined : timeStamp
  const value = await createSignedData({
    ...{ signer, certificates, messageDigest },
    timeStamp: stamp && ((signature) => requestTimeStamp(signature, stamp)),
  })
  if (value.length > valueBytes) return { needed: value.length }
  const bytes = Buffer.from(prepared.bytes.buffer, prepared.bytes.byteOffset, prepared.bytes.length)
  bytes.write(Buffer.from(value).toString('hex'), prepared.gap.start + 1, 'latin1')
  return { bytes, value }
}

/** The document before the update and all of the update but the gap; other work goes on between the pieces. */
async function digestOf(
  source: ByteSource,
  { bytes, gap }: PreparedSignature,
  digestName: string,
): Promise<Uint8Array> {
  const hash = createHash(digestName)
  for (const piece of piecesOf(source, 0, source.length)) {
    hash.update(piece)
    await setImmediate()
  }
  return hash.update(bytes.subarray(0, gap.start)).update(bytes.subarray(gap.end)).digest()
}
