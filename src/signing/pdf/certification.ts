import type { PdfDocument } from './file/document.ts'
import { isArray, isDictionary, isName, type PdfDictionary, pdfDictionary, pdfName } from './file/values.ts'

/** What may still be done to a document that its author has certified (ISO 32000-2 §12.8.2.2, DocMDP). */
export type Certification = 'no-changes' | 'form-filling' | 'annotations'

const levels: readonly Certification[] = ['no-changes', 'form-filling', 'annotations']

/** The signature dictionary that certifies a document, if there is one. */
export function certifyingSignature(document: PdfDocument): PdfDictionary | undefined {
  const permissions = document.resolve(document.catalog.dictionary.get('Perms'))
  const signature = isDictionary(permissions) ? document.resolve(permissions.get('DocMDP')) : undefined
  return isDictionary(signature) ? signature : undefined
}

/** What a signature dictionary says about later changes; undefined if it certifies nothing. */
export function certificationOf(document: PdfDocument, signature: PdfDictionary): Certification | undefined {
  const references = document.resolve(signature.get('Reference'))
  for (const item of isArray(references) ? references : []) {
    const reference = document.resolve(item)
    if (!isDictionary(reference) || !isName(document.resolve(reference.get('TransformMethod')), 'DocMDP')) continue
    const parameters = document.resolve(reference.get('TransformParams'))
    const level = isDictionary(parameters) ? document.resolve(parameters.get('P')) : undefined
    return levels[typeof level === 'number' ? level - 1 : 1] ?? 'no-changes'
  }
  return undefined
}

export const certificationReference = (certification: Certification): PdfDictionary =>
  pdfDictionary({
    Type: pdfName('SigRef'),
    TransformMethod: pdfName('DocMDP'),
    TransformParams: pdfDictionary({
      Type: pdfName('TransformParams'),
      P: levels.indexOf(certification) + 1,
      V: pdfName('1.2'),
    }),
  })

/** A field that its author has given a lock (§12.7.5.5): once it is signed, the fields named are not to change. */
export const lockReference = (lock: PdfDictionary): PdfDictionary =>
  pdfDictionary({
    Type: pdfName('SigRef'),
    TransformMethod: pdfName('FieldMDP'),
    TransformParams: pdfDictionary({
      Type: pdfName('TransformParams'),
      Action: lock.get('Action'),
      Fields: lock.get('Fields'),
      V: pdfName('1.2'),
    }),
  })
