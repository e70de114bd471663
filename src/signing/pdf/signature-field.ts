import { SigningError } from '../errors.ts'
import { addAppearance } from './appearance.ts'
import { formFields, interactiveForm, type SignatureField, signatureFields } from './fields.ts'
import type { PdfDocument } from './file/document.ts'
import type { PdfUpdate } from './file/update.ts'
import {
  isArray,
  isDictionary,
  isName,
  isReference,
  type PdfDictionary,
  type PdfReference,
  type PdfValue,
  pdfDictionary,
  pdfName,
  textString,
} from './file/values.ts'
import type { PdfAppearanceOptions } from './options.ts'
import { findPage, type Page } from './pages.ts'

export interface FieldPlacement {
  /** the signature dictionary */
  readonly signature: PdfReference
  readonly field: string | undefined
  readonly appearance: PdfAppearanceOptions | undefined
  /** what is shown where the appearance says nothing of its own */
  readonly lines: readonly string[]
  /** makes the signature the one that certifies the document */
  readonly isCertifying: boolean
}

/** The field that will be filled, if the document has it. */
export function existingField(document: PdfDocument, name: string | undefined): SignatureField | undefined {
  if (name === undefined) return undefined
  const field = signatureFields(document).find((each) => each.name === name)
  const problem = (what: string): SigningError =>
    new SigningError('document', `The field ${name} ${what}.`, { parameter: 'field' })
  if (field?.value !== undefined) throw problem('is signed already')
  if (field === undefined && [...formFields(document)].some((each) => each.name === name))
    throw problem('is no signature field')
  if (field === undefined && name.includes('.'))
    throw problem('does not exist, and a new one has no period in its name')
  return field
}

/** Puts the signature into a field, new or there already, and the field into form and page. */
export function placeSignature(document: PdfDocument, update: PdfUpdate, placement: FieldPlacement): void {
  const existing = existingField(document, placement.field)
  if (existing !== undefined) {
    update.set(existing.reference, filled(document, update, existing, placement))
    updateCatalog(document, update, placement, undefined)
    return
  }
  const page = findPage(document, placement.appearance?.page ?? 1)
  const field = update.add(newField(update, page, placement, placement.field ?? freeName(document)))
  addToPage(document, update, page, field)
  updateCatalog(document, update, placement, field)
}

/** An empty field keeps its place; it shows the signature there if it has one. */
function filled(
  document: PdfDocument,
  update: PdfUpdate,
  { dictionary }: SignatureField,
  { signature, lines, appearance }: FieldPlacement,
): PdfDictionary {
  const entries = new Map(dictionary).set('V', signature)
  const rectangle = document.resolve(dictionary.get('Rect'))
  const [left = 0, bottom = 0, right = 0, top = 0] = isArray(rectangle)
    ? rectangle.map((value) => Number(document.resolve(value)))
    : []
  const [width, height] = [Math.abs(right - left), Math.abs(top - bottom)]
  if (!(width > 0 && height > 0)) return entries
  const shown = { width, height, lines: linesOf(appearance, lines), image: appearance?.image }
  return entries.set('AP', pdfDictionary({ N: addAppearance(update, shown) }))
}

const linesOf = (appearance: PdfAppearanceOptions | undefined, lines: readonly string[]): readonly string[] =>
  appearance?.text === undefined ? lines : appearance.text === '' ? [] : appearance.text.split(/\r?\n/)

/** Field and place on the page in one. Printed, and locked against being moved (ISO 32000-2 §12.5.3). */
function newField(update: PdfUpdate, page: Page, placement: FieldPlacement, name: string): PdfDictionary {
  const { appearance, signature, lines } = placement
  const { x = 0, y = 0, width = 0, height = 0 } = appearance ?? {}
  const shown =
    appearance && addAppearance(update, { width, height, lines: linesOf(appearance, lines), image: appearance.image })
  return pdfDictionary({
    Type: pdfName('Annot'),
    Subtype: pdfName('Widget'),
    FT: pdfName('Sig'),
    T: textString(name),
    V: signature,
    F: 132,
    Rect: [x, y, x + width, y + height],
    P: page.reference,
    AP: shown && pdfDictionary({ N: shown }),
  })
}

function freeName(document: PdfDocument): string {
  const taken = new Set([...formFields(document)].map(({ name }) => name))
  for (let number = 1; ; number++) if (!taken.has(`Signature${number}`)) return `Signature${number}`
}

function addToPage(document: PdfDocument, update: PdfUpdate, page: Page, field: PdfReference): void {
  const annotations = page.dictionary.get('Annots')
  const list = appended(document, annotations, field)
  if (isReference(annotations) && isArray(document.resolve(annotations))) update.set(annotations, list)
  else update.set(page.reference, new Map(page.dictionary).set('Annots', list))
}

const appended = (document: PdfDocument, list: PdfValue | undefined, item: PdfValue): readonly PdfValue[] => {
  const before = document.resolve(list)
  return [...(isArray(before) ? before : []), item]
}

function updateCatalog(
  document: PdfDocument,
  update: PdfUpdate,
  { signature, isCertifying }: FieldPlacement,
  field: PdfReference | undefined,
): void {
  const { reference, dictionary } = document.catalog
  const entries = new Map(dictionary)
  const place = dictionary.get('AcroForm')
  const form = withField(document, update, field)
  if (isReference(place) && isDictionary(document.resolve(place))) update.set(place, form)
  else entries.set('AcroForm', form)
  if (isCertifying) entries.set('Perms', pdfDictionary({ DocMDP: signature }))
  const extensions = declaredExtensions(document)
  if (extensions !== undefined) entries.set('Extensions', extensions)
  update.set(reference, entries)
}

/** The form as it was, with the field, and with the flags that say there are signatures and to save by appending. */
function withField(document: PdfDocument, update: PdfUpdate, field: PdfReference | undefined): PdfDictionary {
  const form = new Map(interactiveForm(document) ?? []).set('SigFlags', 3)
  if (field === undefined) return form
  const place = form.get('Fields')
  const list = appended(document, place, field)
  if (isReference(place) && isArray(document.resolve(place))) update.set(place, list)
  else form.set('Fields', list)
  return form
}

/** Before PDF 2.0, what PAdES adds is an extension that a document says it uses (ETSI EN 319 142-1 §5.6). */
function declaredExtensions(document: PdfDocument): PdfDictionary | undefined {
  const { dictionary } = document.catalog
  const version = document.resolve(dictionary.get('Version'))
  const header = Buffer.from(document.source.read(0, 8)).toString('latin1')
  if (header.startsWith('%PDF-2') || (isName(version) && version.name.startsWith('2'))) return undefined
  const before = document.resolve(dictionary.get('Extensions'))
  const entries = new Map(isDictionary(before) ? before : [])
  if (entries.has('ESIC')) return undefined
  return entries.set('ESIC', pdfDictionary({ BaseVersion: pdfName('1.7'), ExtensionLevel: 2 }))
}
