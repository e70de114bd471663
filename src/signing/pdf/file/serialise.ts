import { isArray, isDictionary, isName, isReference, isStream, type PdfString, type PdfValue } from './values.ts'

/** A value as PDF text, one character a byte; of a stream only its dictionary. */
export function serialise(value: PdfValue): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return numberText(value)
  if (isArray(value)) return `[${value.map(serialise).join(' ')}]`
  if (isName(value)) return nameText(value.name)
  if (isReference(value)) return `${value.number} ${value.generation} R`
  if (isDictionary(value)) return dictionaryText(value)
  if (isStream(value)) return dictionaryText(value.dictionary)
  return stringText(value)
}

const dictionaryText = (entries: ReadonlyMap<string, PdfValue>): string =>
  `<<${[...entries].map(([key, value]) => `${nameText(key)} ${serialise(value)}`).join(' ')}>>`

/** PDF has no exponents. */
function numberText(value: number): string {
  const text = String(value)
  return text.includes('e') ? value.toFixed(Math.abs(value) < 1 ? 20 : 0) : text
}

const nameText = (name: string): string =>
  `/${name.replace(/[^!-~]|[#()<>[\]{}/%]/g, (character) => `#${character.charCodeAt(0).toString(16).padStart(2, '0')}`)}`

const stringText = ({ bytes }: PdfString): string =>
  bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
    ? `(${Buffer.from(bytes)
        .toString('latin1')
        .replace(/[\\()]/g, '\\$&')})`
    : `<${Buffer.from(bytes).toString('hex')}>`
