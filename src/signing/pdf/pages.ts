import { SigningError } from '../errors.ts'
import type { PdfDocument } from './file/document.ts'
import { malformed } from './file/malformed.ts'
import { isArray, isDictionary, isReference, type PdfDictionary, type PdfReference } from './file/values.ts'

export interface Page {
  readonly reference: PdfReference
  readonly dictionary: PdfDictionary
}

/**
 * A page by its number, from 1; -1 is the last one.
 *
 * @throws SigningError `document`
 */
export function findPage(document: PdfDocument, number: number): Page {
  const root = document.catalog.dictionary.get('Pages')
  if (!isReference(root)) throw malformed('it has no pages')
  const count = pageCount(document, root)
  const index = number === -1 ? count - 1 : number - 1
  const page = index < 0 ? undefined : descend(document, root, index, 0)
  if (page !== undefined) return page
  throw new SigningError('document', `The PDF has no page ${number}, but ${count}.`, { parameter: 'page' })
}

function pageCount(document: PdfDocument, reference: PdfReference): number {
  const node = document.resolve(reference)
  const count = isDictionary(node) ? document.resolve(node.get('Count')) : undefined
  return typeof count === 'number' ? count : 1
}

/** Subtrees are passed over by what they say they hold, so a page of a large document is found by reading a few nodes. */
function descend(document: PdfDocument, reference: PdfReference, index: number, depth: number): Page | undefined {
  const node = document.resolve(reference)
  if (!isDictionary(node) || depth > 64) throw malformed('its page tree cannot be read')
  const kids = document.resolve(node.get('Kids'))
  if (!isArray(kids)) return index === 0 ? { reference, dictionary: node } : undefined
  let rest = index
  for (const kid of kids) {
    if (!isReference(kid)) throw malformed('its page tree cannot be read')
    const count = isLeaf(document, kid) ? 1 : pageCount(document, kid)
    if (rest < count) return descend(document, kid, rest, depth + 1)
    rest -= count
  }
  return undefined
}

function isLeaf(document: PdfDocument, reference: PdfReference): boolean {
  const node = document.resolve(reference)
  return isDictionary(node) && !node.has('Kids')
}
