import type { PdfDocument } from './file/document.ts'
import { malformed } from './file/malformed.ts'
import {
  isArray,
  isDictionary,
  isName,
  isReference,
  isString,
  type PdfDictionary,
  type PdfReference,
  type PdfValue,
  textOf,
} from './file/values.ts'

/** A field of the form of a document (ISO 32000-2 §12.7.4), with what it inherits. */
export interface FormField {
  /** partial names from the root on, joined by periods */
  readonly name: string
  readonly reference: PdfReference
  readonly dictionary: PdfDictionary
  /** `Sig`, `Tx`, `Btn` or `Ch` */
  readonly type: string | undefined
}

export function interactiveForm(document: PdfDocument): PdfDictionary | undefined {
  const form = document.resolve(document.catalog.dictionary.get('AcroForm'))
  return isDictionary(form) ? form : undefined
}

/** The terminal fields: those that have a value, not further fields. */
export function* formFields(document: PdfDocument): Generator<FormField> {
  const fields = document.resolve(interactiveForm(document)?.get('Fields'))
  const seen = new Set<number>()
  if (isArray(fields))
    for (const field of fields) yield* below(document, field, { depth: 0, seen, name: '', type: undefined })
}

/** Forms of people have a handful of levels; a tree without end would fill the stack. */
const deepest = 100

interface Inherited {
  readonly depth: number
  readonly seen: Set<number>
  readonly name: string
  readonly type: string | undefined
}

function* below(document: PdfDocument, value: PdfValue, inherited: Inherited): Generator<FormField> {
  const dictionary = document.resolve(value)
  if (!isReference(value) || !isDictionary(dictionary)) return
  if (inherited.seen.has(value.number)) throw malformed('its form fields go in a circle')
  if (inherited.depth > deepest) throw malformed('its form fields are nested too deep')
  inherited.seen.add(value.number)
  const partial = document.resolve(dictionary.get('T'))
  const own = isString(partial) ? textOf(partial) : undefined
  const name = [inherited.name, own].filter((part) => part !== undefined && part !== '').join('.')
  const kind = document.resolve(dictionary.get('FT'))
  const type = isName(kind) ? kind.name : inherited.type
  const kids = document.resolve(dictionary.get('Kids'))
  const inner = isArray(kids) ? kids.filter((kid) => isField(document, kid)) : []
  if (inner.length === 0) yield { name, reference: value, dictionary, type }
  for (const kid of inner) yield* below(document, kid, { ...inherited, depth: inherited.depth + 1, name, type })
}

/** Kids without a name of their own are places on pages, not fields. */
function isField(document: PdfDocument, kid: PdfValue): boolean {
  const dictionary = document.resolve(kid)
  return isDictionary(dictionary) && dictionary.has('T')
}

export interface SignatureField extends FormField {
  /** the signature dictionary, if it is signed */
  readonly value: PdfDictionary | undefined
}

/** The signature fields of a document, signed or not, in the order of its form. */
export function signatureFields(document: PdfDocument): readonly SignatureField[] {
  return [...formFields(document)]
    .filter(({ type }) => type === 'Sig')
    .map((field) => {
      const value = document.resolve(field.dictionary.get('V'))
      return { ...field, value: isDictionary(value) ? value : undefined }
    })
}
