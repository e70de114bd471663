/** The grammar of names as text: RFC 4514, and the quoted values of RFC 2253. It knows no attribute types. */

interface Attribute {
  readonly type: string
  readonly value: string
}
type Wrong = (message: string) => Error

/** Splits a text into relative names, and these into attributes; values are without escapes. */
export const splitName = (text: string, wrong: Wrong): readonly (readonly Attribute[])[] =>
  split(text, ',', wrong).map((part) => split(part, '+', wrong).map((one) => attributeOf(one, wrong)))

/** At each separator that is neither escaped nor in quotation marks. */
function split(text: string, separator: string, wrong: Wrong): readonly string[] {
  const parts: string[] = []
  let [start, isQuoted] = [0, false]
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\') at++
    else if (character === '"') isQuoted = !isQuoted
    else if (character === separator && !isQuoted) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  if (isQuoted) throw wrong('has a quotation mark that is not closed.')
  return [...parts, text.slice(start)]
}

function attributeOf(text: string, wrong: Wrong): Attribute {
  const equals = text.indexOf('=')
  if (equals < 1) throw wrong(`has ${JSON.stringify(text.trim())} where TYPE=value is needed, such as CN=example.com.`)
  return { type: text.slice(0, equals).trim(), value: plainValue(text.slice(equals + 1), wrong) }
}

function plainValue(text: string, wrong: Wrong): string {
  // A space at the end counts if it is escaped.
  const value = text.replace(/^ +/, '').replace(/(?<!\\)((?:\\\\)*) +$/, '$1')
  if (value.startsWith('#')) throw wrong('has a value in hexadecimal; write its text.')
  const quoted = /^"(.*)"$/s.exec(value)?.[1]
  if (quoted !== undefined) return withoutEscapes(quoted, /["]/, wrong)
  return withoutEscapes(value, /[";<>]/, wrong)
}

const special = ' "#+,;<=>\\'

/** `\,` is a comma; `\E4\BA\AC` are bytes of UTF-8. */
function withoutEscapes(text: string, forbidden: RegExp, wrong: Wrong): string {
  const bytes: Uint8Array[] = []
  for (let at = 0; at < text.length; ) {
    const [whole, hex, quoted, plain] = /\\([0-9A-Fa-f]{2})|\\(.)|([^\\]+)|\\/suy.exec(text.slice(at)) ?? ['\\']
    if (hex !== undefined) bytes.push(Buffer.from(hex, 'hex'))
    else if (quoted !== undefined && special.includes(quoted)) bytes.push(Buffer.from(quoted))
    else if (plain !== undefined && !forbidden.test(plain)) bytes.push(Buffer.from(plain))
    else
      throw wrong(`has ${plain === undefined ? 'an escape that is none' : 'a character that must be escaped with \\'}.`)
    at += whole.length
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(bytes))
  } catch {
    throw wrong('has escaped bytes that are no UTF-8.')
  }
}

/** A value with the escapes that RFC 4514 §2.4 asks for. */
export const textOfValue = (value: string): string =>
  value
    .replace(/[",+;<>\\]/g, (character) => `\\${character}`)
    .replace(/^[ #]|(?<!^) $/g, (character) => `\\${character}`)
    .replace(
      /\p{Cc}/gu,
      (character) =>
        `\\${Buffer.from(character)
          .toString('hex')
          .replace(/(..)(?=.)/g, '$1\\')}`,
    )
