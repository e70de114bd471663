import { type Certification, certificationOf, certifyingSignature } from './certification.ts'
import type { PdfChange, PdfChangeKind } from './change.ts'
import type { PdfDocument } from './file/document.ts'
import { isArray, isDictionary, isName, isString, type PdfDictionary, textOf } from './file/values.ts'

const always: readonly PdfChangeKind[] = ['timeStamp', 'securityStore']
const usual: readonly PdfChangeKind[] = [...always, 'signature', 'form', 'metadata']
const permitted: Readonly<Record<Certification | 'none', readonly PdfChangeKind[]>> = {
  none: usual,
  'no-changes': always,
  'form-filling': usual,
  annotations: [...usual, 'annotations'],
}

/** Those of the changes that neither the signature nor the author of the document allows. */
export function forbiddenChanges(
  document: PdfDocument,
  signature: PdfDictionary,
  changes: readonly PdfChange[],
): readonly PdfChange[] {
  const author = certifyingSignature(document)
  const own = certificationOf(document, signature) ?? 'none'
  const certification = author === undefined ? own : (certificationOf(document, author) ?? 'form-filling')
  const isLocked = lockOf(document, signature)
  return changes.filter(
    ({ kind, what }) => !permitted[certification].includes(kind) || (kind === 'form' && isLocked(what)),
  )
}

/** Which fields a signature has locked (ISO 32000-2 §12.8.2.4, FieldMDP). */
function lockOf(document: PdfDocument, signature: PdfDictionary): (field: string) => boolean {
  const references = document.resolve(signature.get('Reference'))
  for (const item of isArray(references) ? references : []) {
    const reference = document.resolve(item)
    if (!isDictionary(reference) || !isName(document.resolve(reference.get('TransformMethod')), 'FieldMDP')) continue
    const parameters = document.resolve(reference.get('TransformParams'))
    if (isDictionary(parameters)) return fieldsOf(document, parameters)
  }
  return () => false
}

function fieldsOf(document: PdfDocument, parameters: PdfDictionary): (field: string) => boolean {
  const action = document.resolve(parameters.get('Action'))
  const list = document.resolve(parameters.get('Fields'))
  const names = (isArray(list) ? list.map((item) => document.resolve(item)) : []).filter(isString).map(textOf)
  const isNamed = (field: string): boolean => names.some((name) => field === name || field.startsWith(`${name}.`))
  if (isName(action, 'Include')) return isNamed
  return isName(action, 'Exclude') ? (field) => !isNamed(field) : () => true
}
