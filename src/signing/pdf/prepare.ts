import { formatName } from '../../certificates/name.ts'
import { type CmsCertificate, commonNameOf } from '../cms/certificate.ts'
import { SigningError } from '../errors.ts'
import { certificationOf, certificationReference, certifyingSignature, lockReference } from './certification.ts'
import { pdfDate } from './date.ts'
import { signatureFields } from './fields.ts'
import type { PdfDocument } from './file/document.ts'
import { serialise } from './file/serialise.ts'
import { PdfUpdate } from './file/update.ts'
import { isDictionary, type PdfValue, pdfDictionary, pdfName, textString } from './file/values.ts'
import type { PdfSignOptions } from './options.ts'
import { existingField, placeSignature } from './signature-field.ts'

/** An update that holds a signature of which only the value is missing. */
export interface PreparedSignature {
  readonly bytes: Uint8Array
  /** where in `bytes` the place of the value begins and ends, delimiters included */
  readonly gap: { readonly start: number; readonly end: number }
}

/** Digits of the largest offset there is room for. */
const offsetDigits = 12

/**
 * Everything of a signed document but the signature's value, for which `valueBytes` are left free.
 *
 * @throws SigningError `document`
 */
export function prepareSignature(
  document: PdfDocument,
  certificate: CmsCertificate,
  options: PdfSignOptions & { readonly signedAt: Date },
  valueBytes: number,
): PreparedSignature {
  requireSignable(document, options)
  const update = new PdfUpdate(document)
  const signature = update.allocate()
  placeSignature(document, update, {
    signature,
    field: options.field,
    appearance: options.appearance,
    lines: shownLines(certificate, options),
    isCertifying: options.certify !== undefined,
  })
  update.set(signature, signatureText(document, options, valueBytes))
  const { bytes, offsets } = update.finish()
  return withRanges(document.source.length, bytes, (offsets.get(signature.number) ?? 0) - document.source.length)
}

/** @throws SigningError `document` for what cannot be signed, or not any more */
export function requireSignable(document: PdfDocument, { certify }: Pick<PdfSignOptions, 'certify'>): void {
  const refuse = (message: string): never => {
    throw new SigningError('document', message)
  }
  if (document.isEncrypted) refuse('The PDF is encrypted. Remove its password first; then sign it.')
  const author = certifyingSignature(document)
  if (author !== undefined && certificationOf(document, author) === 'no-changes')
    refuse('The author of the PDF has certified it and allows no changes, so no further signature either.')
  if (certify !== undefined && signatureFields(document).some(({ value }) => value !== undefined))
    refuse('The PDF is signed already; only its first signature can certify it.')
}

/** @returns the dictionary as text, since the places of two of its values have to be found again */
function signatureText(
  document: PdfDocument,
  options: PdfSignOptions & { readonly signedAt: Date },
  valueBytes: number,
): string {
  const text = (value: string | undefined): PdfValue | undefined =>
    value === undefined || value === '' ? undefined : textString(value)
  const lock = document.resolve(existingField(document, options.field)?.dictionary.get('Lock'))
  const references = [
    ...(options.certify === undefined ? [] : [certificationReference(options.certify)]),
    ...(isDictionary(lock) ? [lockReference(lock)] : []),
  ]
  const rest = pdfDictionary({
    Filter: pdfName('Adobe.PPKLite'),
    SubFilter: pdfName('ETSI.CAdES.detached'),
    M: textString(pdfDate(options.signedAt)),
    Name: text(options.name),
    Reason: text(options.reason),
    Location: text(options.location),
    ContactInfo: text(options.contact),
    Reference: references.length > 0 ? references : undefined,
  })
  const ranges = `[0 ${' '.repeat(3 * offsetDigits + 2)}]`
  return `<</Type /Sig /ByteRange ${ranges} /Contents <${'0'.repeat(2 * valueBytes)}> ${serialise(rest).slice(2)}`
}

function withRanges(before: number, update: Uint8Array, objectAt: number): PreparedSignature {
  const bytes = Buffer.from(update.buffer, update.byteOffset, update.length)
  const rangesAt = bytes.indexOf('/ByteRange [', objectAt) + '/ByteRange ['.length
  const start = bytes.indexOf('/Contents <', objectAt) + '/Contents '.length
  const end = bytes.indexOf('>', start) + 1
  const ranges = `0 ${before + start} ${before + end} ${bytes.length - end}`
  bytes.write(ranges, rangesAt, 'latin1')
  return { bytes, gap: { start, end } }
}

function shownLines(
  certificate: CmsCertificate,
  options: PdfSignOptions & { readonly signedAt: Date },
): readonly string[] {
  const name = options.name ?? commonNameOf(certificate) ?? formatName(certificate.subject)
  const lines = [
    name,
    options.signedAt
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z$/, ' UTC'),
  ]
  return [...lines, options.reason ?? '', options.location ?? ''].filter((line) => line !== '')
}
