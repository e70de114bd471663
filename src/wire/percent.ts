const reserved = /[^A-Za-z0-9\-_.~]/
const leftBare = /[!'()*]/g

/**
 * Percent-encodes UTF-8 as signatures need it: only `A-Z a-z 0-9 - _ . ~` stay, hex digits are upper case, a space is
 * `%20` (RFC 3986 §2.3).
 *
 * @throws URIError if `text` holds a lone surrogate, which has no UTF-8 form
 */
export function percentEncode(text: string): string {
  if (!reserved.test(text)) return text
  return encodeURIComponent(text).replace(leftBare, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

const notAscii = /[^\x20-\x7e]/

/**
 * Decodes a name or value of a query string or form: `+` is a space, `%XX` a byte of UTF-8.
 *
 * @returns undefined if an escape is cut short, the bytes are not UTF-8, or a character should have been escaped
 */
export function percentDecode(text: string): string | undefined {
  if (notAscii.test(text)) return undefined
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return undefined
  }
}

/** One parameter of a request, decoded. */
export type Parameter = readonly [name: string, value: string]

/** Ascending by UTF-16 unit, which for the ASCII names of parameters and headers is the order signatures want. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The canonical query string of both signature schemes: `name=value` sorted by name and joined with `&`. */
export function canonicalQuery(parameters: Iterable<Parameter>): string {
  return [...parameters]
    .sort(([a], [b]) => byText(a, b))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&')
}
