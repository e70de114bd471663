import type { PdfChange } from './change.ts'
import { fieldChanges, isPushButton, isWidget, showsNothing } from './field-changes.ts'
import { type FormField, formFields, interactiveForm } from './fields.ts'
import { isAccountedFor, isContinued, sectionsAfter } from './file/appended.ts'
import type { PdfDocument } from './file/document.ts'
import { reachableFrom, referencesIn, referrersOf } from './file/references.ts'
import {
  isArray,
  isDictionary,
  isName,
  isReference,
  isSameValue,
  isStream,
  type PdfDictionary,
  type PdfStream,
  type PdfValue,
} from './file/values.ts'
import { storeObjects } from './security-store.ts'

/**
 * What was changed between a signed state of a document and a later one. What isn't known to be harmless is `other`:
 * objects are compared one by one, and of those that a change may touch it is looked at what exactly it did.
 *
 * @param before - the bytes that are signed
 * @param after - the same with what was appended
 * @throws SigningError `document`
 */
export function changesBetween(before: PdfDocument, after: PdfDocument): readonly PdfChange[] {
  if (before.source.length === after.source.length) return []
  const comparison = new Comparison(before, after)
  return withoutRepetition(comparison.changes())
}

const withoutRepetition = (changes: readonly PdfChange[]): readonly PdfChange[] => [
  ...new Map(changes.map((change) => [`${change.kind} ${change.what}`, change])).values(),
]

const other = (what: string): PdfChange => ({ kind: 'other', what })
type Rule = (before: PdfValue, after: PdfValue) => readonly PdfChange[]

class Comparison {
  readonly #before: PdfDocument
  readonly #after: PdfDocument
  /** what may be done to an object, by its number */
  readonly #rules = new Map<number, Rule>()
  /** streams that may be replaced if nothing refers to them but these objects */
  readonly #owners = new Map<number, ReadonlySet<number>>()
  #places: ReadonlyMap<number, FormField> | undefined

  constructor(before: PdfDocument, after: PdfDocument) {
    this.#before = before
    this.#after = after
    this.#addFormRules()
    this.#addPageRules()
    this.#addStoreRules()
    this.#addCatalogRules()
  }

  changes(): readonly PdfChange[] {
    const length = this.#before.source.length
    const changed = new Set(sectionsAfter(this.#after, length).flatMap(({ entries }) => [...entries.keys()]))
    const differing = [...changed].filter((number) => !this.#isSameObject(number))
    const present = differing.filter((number) => this.#before.object(number) !== null)
    return [
      ...(isAccountedFor(this.#after, length) ? [] : [other('bytes were appended that belong to nothing')]),
      ...(isContinued(this.#before, this.#after) ? [] : [other('what was appended goes on from another state')]),
      ...this.#rootChanges(),
      ...present.flatMap((number) => this.#changeOf(number)),
      ...this.#referrerChanges(differing),
    ]
  }

  #isSameObject(number: number): boolean {
    const [a, b] = [this.#before.object(number), this.#after.object(number)]
    if (!isStream(a) || !isStream(b)) return isSameValue(a, b)
    return isSameValue(a.dictionary, b.dictionary) && this.#isSameContent(a, b)
  }

  #isSameContent(a: PdfStream, b: PdfStream): boolean {
    return (
      a.content === b.content || Buffer.compare(this.#before.encodedContent(a), this.#after.encodedContent(b)) === 0
    )
  }

  #rootChanges(): readonly PdfChange[] {
    const isSameRoot = isSameValue(this.#before.trailer.get('Root'), this.#after.trailer.get('Root'))
    return isSameRoot ? [] : [other('the document has another catalog')]
  }

  #changeOf(number: number): readonly PdfChange[] {
    const rule = this.#rules.get(number)
    if (rule === undefined) return [other(`object ${number} was changed`)]
    return rule(this.#before.object(number), this.#after.object(number))
  }

  /**
   * New objects say nothing by themselves, unless the signed state refers to something that it doesn't have. And what has
   * its own place, such as the look of a field, may be shown elsewhere too.
   */
  #referrerChanges(differing: readonly number[]): readonly PdfChange[] {
    if (differing.length === 0) return []
    const referrers = referrersOf(this.#before, new Set(differing))
    return differing.flatMap((number) => {
      const isNew = this.#before.object(number) === null
      const owners = isNew ? new Set<number>() : this.#owners.get(number)
      const strangers = [...(referrers.get(number) ?? [])].filter((each) => owners !== undefined && !owners.has(each))
      return strangers.length === 0
        ? []
        : [other(`object ${number}, which other parts refer to, was put in or changed`)]
    })
  }

  #addCatalogRules(): void {
    const { reference, dictionary } = this.#before.catalog
    this.#rules.set(reference.number, (before, after) => this.#catalogChanges(before, after))
    const information = this.#before.trailer.get('Info')
    const change: PdfChange = { kind: 'metadata', what: 'properties' }
    if (isReference(information)) this.#release(information.number, change, new Set())
    const metadata = dictionary.get('Metadata')
    if (!isReference(metadata) || this.#catalogBesides('Metadata').has(metadata.number)) return
    this.#release(metadata.number, change, new Set([reference.number]))
  }

  /**
   * Lets an object be replaced by one of its kind, as long as it is nothing else as well: whoever writes a document can
   * call its pages properties.
   */
  #release(number: number, change: PdfChange, owners: ReadonlySet<number>): void {
    if (this.#rules.has(number)) return
    this.#rules.set(number, (before, after) =>
      isSameKind(before, after) ? [change] : [other(`object ${number} became another kind of thing`)],
    )
    this.#owners.set(number, owners)
  }

  /** What the catalog refers to by its other members. */
  #catalogBesides(key: string): ReadonlySet<number> {
    const members = new Map(this.#before.catalog.dictionary)
    members.delete(key)
    return new Set(referencesIn(members))
  }

  #catalogChanges(before: PdfValue, after: PdfValue): readonly PdfChange[] {
    const rules: Readonly<Record<string, Rule>> = {
      AcroForm: (old, now) => this.#formChanges(this.#before.resolve(old), this.#after.resolve(now)),
      DSS: () => [{ kind: 'securityStore', what: 'validation data' }],
      Extensions: () => [],
      Version: () => [],
      Metadata: () => [{ kind: 'metadata', what: 'properties' }],
    }
    return memberChanges(before, after, rules, (key) => other(`the catalog has another ${key}`))
  }

  #addStoreRules(): void {
    const store = storeObjects(this.#before)
    const owners = new Set([...store, this.#before.catalog.reference.number])
    const besides = this.#catalogBesides('DSS')
    for (const number of store)
      if (!besides.has(number)) this.#release(number, { kind: 'securityStore', what: 'validation data' }, owners)
  }

  #addFormRules(): void {
    const form = this.#before.catalog.dictionary.get('AcroForm')
    if (isReference(form)) this.#rules.set(form.number, (before, after) => this.#formChanges(before, after))
    const fields = interactiveForm(this.#before)?.get('Fields')
    if (isReference(fields)) this.#rules.set(fields.number, (before, after) => this.#fieldListChanges(before, after))
    for (const field of formFields(this.#before)) {
      if (isPushButton(this.#before, field)) continue
      const widgets = this.#before.resolve(field.dictionary.get('Kids'))
      const places = [field.reference, ...(isArray(widgets) ? widgets.filter(isReference) : [])]
      const owners = new Set(places.map(({ number }) => number))
      for (const { number } of places) {
        this.#rules.set(number, (before, after) => fieldChanges(field, before, after, this.#isSigned(field)))
        this.#addLookRules(field, this.#before.object(number), owners)
      }
    }
  }

  #addLookRules(field: FormField, widget: PdfValue, owners: ReadonlySet<number>): void {
    const look = isDictionary(widget) ? widget.get('AP') : undefined
    for (const number of reachableFrom(this.#before, look ?? null)) {
      if (!isForm(this.#before.object(number)) || this.#rules.has(number)) continue
      this.#rules.set(number, () => [this.#lookChange(field)])
      this.#owners.set(number, owners)
    }
  }

  /** How a signature looks is part of what was signed, and until somebody signs it is nobody's. */
  #lookChange(field: FormField): PdfChange {
    if (field.type !== 'Sig') return { kind: 'form', what: field.name }
    const isSignedNow = !field.dictionary.has('V') && this.#isSigned(field)
    return isSignedNow
      ? { kind: 'signature', what: field.name }
      : other(`the look of the field ${field.name} was changed`)
  }

  /** whether the later state has a signature in a field */
  #isSigned({ reference }: FormField): boolean {
    const field = this.#after.object(reference.number)
    return isDictionary(field) && isDictionary(this.#after.resolve(field.get('V')))
  }

  #formChanges(before: PdfValue, after: PdfValue): readonly PdfChange[] {
    const rules: Readonly<Record<string, Rule>> = {
      Fields: (old, now) => this.#fieldListChanges(this.#before.resolve(old), this.#after.resolve(now)),
      SigFlags: () => [],
      NeedAppearances: () => [],
      DR: (old, now) =>
        isExtended(this.#before, this.#after, old, now) ? [] : [other('fonts of the form were changed')],
      DA: (old) => (old === null ? [] : [other('the form has another default look')]),
    }
    return memberChanges(before ?? new Map(), after, rules, (key) => other(`the form has another ${key}`))
  }

  #fieldListChanges(before: PdfValue, after: PdfValue): readonly PdfChange[] {
    const added = addedItems(before, after)
    if (added === undefined) return [other('fields were taken out of the form')]
    return added.map((item) => this.#signatureField(item) ?? other('a field was added to the form'))
  }

  /**
   * An added item, if it is a signature field or its place on a page. One that isn't signed shows nothing and does
   * nothing: else it could cover what the document says, and nobody would answer for it.
   */
  #signatureField(item: PdfValue): PdfChange | undefined {
    const field = isReference(item) ? this.#signaturePlaces().get(item.number) : undefined
    const widget = this.#after.resolve(item)
    if (field === undefined || !isDictionary(widget) || !isWidget(this.#after, widget)) return undefined
    const value = this.#after.resolve(field.dictionary.get('V'))
    if (!isDictionary(value)) {
      const isEmpty = showsNothing(this.#after, widget) && showsNothing(this.#after, field.dictionary)
      return isEmpty ? { kind: 'signature', what: field.name } : undefined
    }
    const isTimeStamp = isName(this.#after.resolve(value.get('SubFilter')), 'ETSI.RFC3161')
    return { kind: isTimeStamp ? 'timeStamp' : 'signature', what: field.name }
  }

  /** The signature fields of the later state, by the numbers of their objects and of their places on pages. */
  #signaturePlaces(): ReadonlyMap<number, FormField> {
    if (this.#places !== undefined) return this.#places
    const places = new Map<number, FormField>()
    for (const field of formFields(this.#after)) {
      if (field.type !== 'Sig') continue
      const kids = this.#after.resolve(field.dictionary.get('Kids'))
      for (const { number } of [field.reference, ...(isArray(kids) ? kids.filter(isReference) : [])])
        if (!places.has(number)) places.set(number, field)
    }
    this.#places = places
    return places
  }

  #addPageRules(): void {
    const root = this.#before.catalog.dictionary.get('Pages')
    const pages = new Set<number>()
    const pending = isReference(root) ? [root.number] : []
    for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
      const node = this.#before.object(number)
      if (pages.has(number) || !isDictionary(node)) continue
      pages.add(number)
      const kids = this.#before.resolve(node.get('Kids'))
      if (isArray(kids)) for (const kid of kids.filter(isReference)) pending.push(kid.number)
      else this.#addPageRule(number, node)
    }
  }

  #addPageRule(number: number, page: PdfDictionary): void {
    const annotations: Rule = (before, after) => this.#annotationChanges(before, after)
    this.#rules.set(number, (before, after) =>
      memberChanges(
        before,
        after,
        { Annots: (old, now) => annotations(this.#before.resolve(old), this.#after.resolve(now)) },
        (key) => other(`a page has another ${key}`),
      ),
    )
    const list = page.get('Annots')
    if (isReference(list)) this.#rules.set(list.number, annotations)
  }

  #annotationChanges(before: PdfValue, after: PdfValue): readonly PdfChange[] {
    const added = addedItems(before, after)
    if (added === undefined) return [{ kind: 'annotations', what: 'taken away' }]
    return added.map((item) => this.#signatureField(item) ?? { kind: 'annotations', what: 'added' })
  }
}

const isSameKind = (before: PdfValue, after: PdfValue): boolean =>
  [isStream, isDictionary, isArray].some((isKind) => isKind(before) && isKind(after))
const isForm = (value: PdfValue): boolean => isStream(value) && isName(value.dictionary.get('Subtype'), 'Form')

/** The changes of each member that differs, by its rule. */
function memberChanges(
  before: PdfValue,
  after: PdfValue,
  rules: Readonly<Record<string, Rule>>,
  otherwise: (key: string) => PdfChange,
): readonly PdfChange[] {
  if (!isDictionary(before) || !isDictionary(after)) return [otherwise('content')]
  const keys = new Set([...before.keys(), ...after.keys()])
  return [...keys].flatMap((key) => {
    const [old, now] = [before.get(key) ?? null, after.get(key) ?? null]
    if (isSameValue(old, now)) return []
    return Object.hasOwn(rules, key) ? (rules[key]?.(old, now) ?? []) : [otherwise(key)]
  })
}

/** What a list has beyond those that it had; undefined if one of those is missing. */
function addedItems(before: PdfValue, after: PdfValue): readonly PdfValue[] | undefined {
  const old = isArray(before) ? before : []
  if (!isArray(after)) return undefined
  const rest = [...after]
  for (const item of old) {
    const index = rest.findIndex((each) => isSameValue(each, item))
    if (index === -1) return undefined
    rest.splice(index, 1)
  }
  return rest
}

/** Whether a dictionary of dictionaries has only grown. */
function isExtended(a: PdfDocument, b: PdfDocument, before: PdfValue, after: PdfValue): boolean {
  const [old, now] = [a.resolve(before), b.resolve(after)]
  if (old === null) return true
  if (isSameValue(old, now)) return true
  if (!isDictionary(old) || !isDictionary(now)) return false
  return [...old].every(([key, value]) => now.has(key) && isExtended(a, b, value, now.get(key) ?? null))
}
