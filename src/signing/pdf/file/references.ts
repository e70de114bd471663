import type { PdfDocument } from './document.ts'
import { isArray, isDictionary, isReference, isStream, type PdfValue } from './values.ts'

/** The numbers of the objects that a value refers to, directly. */
export function* referencesIn(value: PdfValue): Generator<number> {
  if (isReference(value)) yield value.number
  else if (isArray(value)) for (const item of value) yield* referencesIn(item)
  else if (isDictionary(value)) for (const item of value.values()) yield* referencesIn(item)
  else if (isStream(value)) yield* referencesIn(value.dictionary)
}

/** Objects read before the memory is given back. */
const breath = 10_000

/**
 * Which objects of a document refer to those wanted, also to some that it doesn't have. Reads every object once.
 *
 * @throws SigningError `document`
 */
export function referrersOf(
  document: PdfDocument,
  wanted: ReadonlySet<number>,
): ReadonlyMap<number, ReadonlySet<number>> {
  const referrers = new Map<number, Set<number>>()
  let count = 0
  for (const number of document.numbers) {
    for (const target of referencesIn(document.object(number))) {
      if (!wanted.has(target)) continue
      const known = referrers.get(target) ?? new Set()
      referrers.set(target, known.add(number))
    }
    if (++count % breath === 0) document.forget()
  }
  return referrers
}

/** The numbers of all objects that can be reached from a value. */
export function reachableFrom(document: PdfDocument, value: PdfValue): ReadonlySet<number> {
  const found = new Set<number>()
  const pending = [...referencesIn(value)]
  for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
    if (found.has(number)) continue
    found.add(number)
    for (const next of referencesIn(document.object(number))) pending.push(next)
  }
  return found
}
