import { isDeepStrictEqual } from 'node:util'
import type { CrossReferenceSection } from './cross-reference.ts'
import type { PdfDocument } from './document.ts'
import { malformed } from './malformed.ts'
import { parseAt } from './parser.ts'
import { isStream } from './values.ts'

/** Whether a later state goes on from an earlier one, and not from some other beginning among the same bytes. */
export const isContinued = (before: PdfDocument, after: PdfDocument): boolean => {
  const older = after.sections.filter(({ offset }) => offset < before.source.length)
  return isDeepStrictEqual(placesOf(older), placesOf(before.sections))
}

const placesOf = (sections: readonly CrossReferenceSection[]): readonly number[] => sections.map(({ offset }) => offset)

/** The sections that were appended to the first `length` bytes. */
export const sectionsAfter = ({ sections }: PdfDocument, length: number): readonly CrossReferenceSection[] =>
  sections.filter(({ offset }) => offset >= length)

/**
 * Whether all that was appended to the first `length` bytes is accounted for by cross-reference sections. What isn't is
 * invisible here, but readers that repair documents might show it.
 *
 * @throws SigningError `document`
 */
export function isAccountedFor(document: PdfDocument, length: number): boolean {
  const spans = sectionsAfter(document, length).flatMap((section) => spansOf(document, section, length))
  let at = length
  for (const { start, end } of [...spans, { start: document.source.length, end: document.source.length }].sort(
    (a, b) => a.start - b.start,
  )) {
    if (start > at && !isFiller(document, at, start)) return false
    at = Math.max(at, end)
  }
  return true
}

interface Span {
  readonly start: number
  readonly end: number
}

function spansOf(document: PdfDocument, section: CrossReferenceSection, length: number): readonly Span[] {
  const offsets = [...section.entries.values()].flatMap((entry) => (entry.kind === 'offset' ? [entry.offset] : []))
  const besides = section.trailer.get('XRefStm')
  const objects = [...offsets, ...(typeof besides === 'number' ? [besides] : [])]
    .filter((offset) => offset >= length)
    .map((start) => ({ start, end: endOf(document, start) }))
  return [{ start: section.offset, end: section.end }, ...objects]
}

function endOf(document: PdfDocument, offset: number): number {
  const { value, end } = parseAt(document.source, offset, (parser) => parser.indirectObject())
  if (!isStream(value)) return end
  return parseAt(document.source, end + document.streamLength(value.dictionary), (parser) => {
    const words = [parser.keyword(), parser.keyword()]
    if (words.join(' ') !== 'endstream endobj') throw malformed(`the stream at byte ${offset} does not end`)
    return parser.position
  })
}

/** White space, comments that cannot be taken for anything else, and the words between a section and the end. */
function isFiller({ source }: PdfDocument, start: number, end: number): boolean {
  if (end - start > 65_536) return false
  const text = Buffer.from(source.read(start, end - start)).toString('latin1')
  return /^(?:[\s\0]|%(?:(?!obj|xref|trailer|stream)[^\r\n])*|startxref\s+\d+)*$/.test(text)
}
