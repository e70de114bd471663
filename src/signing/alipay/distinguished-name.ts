import { DerReader, derTag, objectIdentifierText } from '../../crypto/der.ts'

/** Attribute types that RFC 2253 §2.3 has keywords for; any other is written as its number. */
const keywords: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
])
const set = 0x31
const decoders: ReadonlyMap<number, (bytes: Uint8Array) => string> = new Map([
  [0x0c, (bytes) => Buffer.from(bytes).toString('utf8')],
  [0x13, (bytes) => Buffer.from(bytes).toString('latin1')],
  [0x14, (bytes) => Buffer.from(bytes).toString('latin1')],
  [0x16, (bytes) => Buffer.from(bytes).toString('latin1')],
  [0x1e, (bytes) => Buffer.from(bytes).swap16().toString('utf16le')],
])

/**
 * A name as RFC 2253 writes it: last part first, `CN=…,O=…,C=CN`. Escapes as Java does, whose text Alipay's serial
 * numbers are made of: `,` `=` `+` `<` `>` `#` `;` `"` `\` everywhere, blanks at either end.
 *
 * @param content - of the SEQUENCE of the Name, DER
 * @returns undefined if it is no name
 */
export function distinguishedName(content: Uint8Array): string | undefined {
  const reader = new DerReader(content)
  const parts: string[] = []
  while (!reader.isAtEnd) {
    const part = relativeName(reader.read(set))
    if (part === undefined) return undefined
    parts.unshift(part)
  }
  return parts.join(',')
}

function relativeName(content: Uint8Array | undefined): string | undefined {
  if (content === undefined) return undefined
  const reader = new DerReader(content)
  const attributes: string[] = []
  while (!reader.isAtEnd) {
    const attribute = reader.read(derTag.sequence)
    const text = attribute && attributeText(attribute)
    if (text === undefined) return undefined
    attributes.push(text)
  }
  return attributes.join('+')
}

function attributeText(content: Uint8Array): string | undefined {
  const reader = new DerReader(content)
  const type = reader.read(derTag.objectIdentifier)
  if (type === undefined) return undefined
  const encoded = content.subarray(type.length + 2)
  const value = reader.read(encoded[0] ?? 0)
  if (value === undefined || !reader.isAtEnd) return undefined
  const decode = decoders.get(encoded[0] ?? 0)
  const keyword = keywords.get(objectIdentifierText(type))
  if (keyword === undefined || decode === undefined)
    return `${keyword ?? objectIdentifierText(type)}=#${Buffer.from(encoded).toString('hex')}`
  return `${keyword}=${escaped(decode(value))}`
}

const escaped = (value: string): string =>
  value.replaceAll(/[,=+<>#;"\\]/g, '\\$&').replaceAll(/^ +| +$/g, (blanks) => '\\ '.repeat(blanks.length))
