import type { Json } from './encode.ts'

/**
 * XML as the RPC style writes it: element names equal the JSON names, a list repeats its element, nothing is an
 * attribute.
 */
export function writeXml(root: string, body: Readonly<Record<string, Json>>): string {
  return `<?xml version="1.0" encoding="UTF-8"?><${root}>${members(body)}</${root}>`
}

const members = (body: Readonly<Record<string, Json>>): string =>
  Object.entries(body)
    .map(([name, value]) => element(name, value))
    .join('')

function element(name: string, value: Json): string {
  if (isList(value)) return value.map((item) => element(name, item)).join('')
  const content = typeof value === 'object' && value !== null ? membersOrText(value) : escapeText(String(value ?? ''))
  return `<${name}>${content}</${name}>`
}

/** Names of users, such as those of tags, need not be names of elements; then the value stands there as JSON. */
const membersOrText = (value: Readonly<Record<string, Json>>): string =>
  Object.keys(value).every((name) => /^[A-Za-z_][\w.-]*$/.test(name))
    ? members(value)
    : escapeText(JSON.stringify(value))

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

const escapes: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  // A parser turns a bare carriage return into a line feed (XML 1.0 §2.11).
  ['\r', '&#13;'],
])

/** What XML 1.0 §2.2 forbids even as a reference, lone surrogates included. */
const unspeakable = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

/** Whether XML can carry the text unchanged. */
export const isXmlText = (text: string): boolean => text.search(unspeakable) < 0

const escapeText = (text: string): string =>
  text.replace(unspeakable, '\u{fffd}').replace(/[&<>"\r]/g, (char) => escapes.get(char) ?? char)
