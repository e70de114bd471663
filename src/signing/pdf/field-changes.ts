import type { PdfChange } from './change.ts'
import type { FormField } from './fields.ts'
import type { PdfDocument } from './file/document.ts'
import { isDictionary, isName, isSameValue, type PdfDictionary, type PdfValue } from './file/values.ts'

const other = (what: string): PdfChange => ({ kind: 'other', what })

const fillable: ReadonlySet<string> = new Set(['V', 'AP', 'AS', 'RV', 'I', 'M'])

/**
 * What was done to a field, or to its place on a page. It may get a value; a signature only where there was none.
 *
 * @param isSignedAfter - whether the field of a signature has one in the later state
 */
export function fieldChanges(
  { name, type, dictionary }: FormField,
  before: PdfValue,
  after: PdfValue,
  isSignedAfter: boolean,
): readonly PdfChange[] {
  const isSigned = type === 'Sig' && dictionary.has('V')
  const kind = type === 'Sig' ? 'signature' : 'form'
  const allowed = (key: string): boolean => !isSigned && fillable.has(key)
  if (!isDictionary(before) || !isDictionary(after)) return [other(`the field ${name} was changed`)]
  // The look of a field that nobody has signed is nobody's.
  if (type === 'Sig' && !isSignedAfter) return [other(`the empty field ${name} was changed`)]
  const keys = [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => !isSameValue(before.get(key), after.get(key)),
  )
  return keys.map((key) => (allowed(key) ? { kind, what: name } : other(`the field ${name} has another ${key}`)))
}

/** A button that does something has no value, so there is nothing to fill in (ISO 32000-2 §12.7.5.2.2). */
export function isPushButton(document: PdfDocument, { type, dictionary }: FormField): boolean {
  const flags = document.resolve(dictionary.get('Ff'))
  return type === 'Btn' && typeof flags === 'number' && (flags & 0x1_0000) !== 0
}

/** Whether it is the place of a field and does nothing: other kinds of annotation are drawn without a look of their own. */
export const isWidget = (document: PdfDocument, annotation: PdfDictionary): boolean =>
  !annotation.has('A') &&
  !annotation.has('AA') &&
  (!annotation.has('Subtype') || isName(document.resolve(annotation.get('Subtype')), 'Widget'))

/** Members that no reader draws anything by: not the look, nor colours and borders that one is made of. */
const invisible: ReadonlySet<string> = new Set(
  'Type Subtype FT T TU TM F Ff Rect P Parent Kids Lock SV V DA Q NM M StructParent'.split(' '),
)

/** Whether a field without a signature, or its place, is drawn as nothing. */
export const showsNothing = (document: PdfDocument, field: PdfDictionary): boolean =>
  [...field].every(([key, value]) => invisible.has(key) || (key === 'MK' && isEmpty(document.resolve(value))))

const isEmpty = (value: PdfValue): boolean => isDictionary(value) && value.size === 0
