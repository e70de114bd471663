import { SigningError } from '../errors.ts'
import { type SignatureField, signatureFields } from './fields.ts'
import { PdfDocument } from './file/document.ts'
import { beginningOf } from './file/source.ts'
import { isArray, isName, isReference, isString, type PdfDictionary } from './file/values.ts'

/** A signature in a document, and the state of the document that it is over. */
export interface LocatedSignature {
  readonly dictionary: PdfDictionary
  /** how the value is to be understood */
  readonly kind: 'signature' | 'timeStamp'
  readonly value: Uint8Array
  /** where the value stands, which alone is not signed */
  readonly gap: { readonly start: number; readonly end: number }
  readonly signedState: PdfDocument
}

const wrong = (message: string): SigningError => new SigningError('signature', message)

/**
 * Finds what a signature is over, and refuses one that leaves out more than its own value: whatever isn't signed could be
 * anything.
 *
 * @throws SigningError `signature`, `document`
 */
export function locateSignature(document: PdfDocument, field: SignatureField): LocatedSignature {
  const { value: dictionary } = field
  if (dictionary === undefined) throw wrong('The field is not signed.')
  requireOwnPlace(document, field)
  const contents = dictionary.get('Contents')
  if (!isString(contents) || contents.span === undefined) throw wrong('The signature has no value.')
  const [start, end, length] = rangesOf(dictionary)
  const { span } = contents
  if (span.start !== start || span.end !== end || document.source.read(start, 1)[0] !== 0x3c)
    throw wrong('The signature leaves out more of the document than its own value.')
  if (length > document.source.length) throw wrong('The signature is over more bytes than there are.')
  const signedState = new PdfDocument(beginningOf(document.source, length))
  requirePresent(signedState, field, start)
  return { dictionary, kind: kindOf(dictionary), value: contents.bytes, gap: span, signedState }
}

/** Within a compressed stream its value would have no place in the file. */
function requireOwnPlace(document: PdfDocument, { dictionary, reference }: SignatureField): void {
  const value = dictionary.get('V')
  const { number } = isReference(value) ? value : reference
  if (document.entry(number).kind !== 'offset') throw wrong('The signature stands in a compressed stream.')
}

/** Two ranges, the first from the beginning: all before the value, and all after it up to the end of what is signed. */
function rangesOf(dictionary: PdfDictionary): readonly [number, number, number] {
  const ranges = dictionary.get('ByteRange')
  const [first, before, next, after] = isArray(ranges) && ranges.length === 4 ? ranges : []
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0
  if (first !== 0 || !isCount(before) || !isCount(next) || !isCount(after) || before >= next)
    throw wrong('The signature does not say what it is over.')
  return [before, next, next + after]
}

/** The state that is signed has to have this signature already, in the same field. */
function requirePresent(signedState: PdfDocument, { name, reference }: SignatureField, start: number): void {
  const isSame = (each: SignatureField): boolean => {
    const contents = each.value?.get('Contents')
    return (
      each.name === name &&
      each.reference.number === reference.number &&
      isString(contents) &&
      contents.span?.start === start
    )
  }
  if (!signatureFields(signedState).some(isSame)) throw wrong('The signature is not part of what it is over.')
}

function kindOf(dictionary: PdfDictionary): LocatedSignature['kind'] {
  const form = dictionary.get('SubFilter')
  if (isName(form, 'ETSI.RFC3161')) return 'timeStamp'
  if (isName(form, 'ETSI.CAdES.detached') || isName(form, 'adbe.pkcs7.detached')) return 'signature'
  throw wrong(`The signature is of the form ${isName(form) ? form.name : '(none)'}, which is not accepted.`)
}
