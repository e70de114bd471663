import { codeName, type Field, type Fields, type Kind } from '../../api/field.ts'
import { parseStrictJson } from '../../core/access/strict-json.ts'
import { decodeBase64 } from '../../crypto/base64.ts'
import { isWithinLimits, lengthFits } from './limits.ts'
import { decodeBoolean, decodeInteger } from './scalar.ts'

/** What is wrong with a value that arrived as JSON: which member, and what it has to be. Holds nothing of the value. */
export class JsonFault extends Error {}

/**
 * The value of a field that arrived as JSON text, and of everything inside it. Clients written in Go, Python or HCL send
 * a number where text is meant (`"VpcOwnerId":120708975881`), or text where a number or a flag is meant; both are taken.
 *
 * @throws JsonFault if it is no JSON, could be understood in two ways, has another type or is beyond the field's limits
 */
export const decodeJson = (field: Field, text: string): unknown => decodeValue(field, parse(text), '')

/** A number as it was written: account ids are longer than what a number can hold exactly. */
class JsonNumber {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

function parse(text: string): unknown {
  try {
    return parseStrictJson(text, { reviver: numberAsWritten })
  } catch (cause) {
    throw new JsonFault(cause instanceof Error ? cause.message : 'it is not valid JSON', { cause })
  }
}

const numberAsWritten = (_name: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' ? new JsonNumber(context?.source ?? String(value)) : value

/** @param path - of the member, such as `[0].Values` */
function decodeValue(field: Field, value: unknown, path: string): unknown {
  const decoded = byKind(field, value, path)
  if (decoded === undefined) throw new JsonFault(`${path === '' ? 'it' : path} must be ${described(field)}`)
  return decoded
}

function byKind(field: Field, value: unknown, path: string): unknown {
  switch (field.kind) {
    case 'string':
      return withText(value, (text) => (isWithinLimits(field, text) ? text : undefined))
    case 'bytes':
      return isText(value) ? lengthFits(field, decodeBase64(value)) : undefined
    case 'integer':
      return withText(value, (text) => decodeInteger(field, text))
    case 'boolean':
      return typeof value === 'boolean' ? value : withText(value, decodeBoolean)
    case 'stringMap':
      return isObject(value) ? textMap(value) : undefined
    case 'list':
      return Array.isArray(value) ? decodeItems(field, value, path) : undefined
    case 'object':
      return field.fields && isObject(value) ? decodeMembers(field.fields, value, path) : undefined
    case 'json':
      return field.item && decodeValue(field.item, value, path)
  }
}

/** A lone surrogate has no UTF-8 form: two different texts would become the same bytes. */
const isText = (value: unknown): value is string => typeof value === 'string' && value.isWellFormed()
const textOf = (value: unknown): string | undefined =>
  value instanceof JsonNumber ? value.source : isText(value) ? value : undefined

const withText = <T>(value: unknown, decode: (text: string) => T): T | undefined => {
  const text = textOf(value)
  return text === undefined ? undefined : decode(text)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)

/** `__proto__` is refused because assigning it elsewhere would lose it without a sound. */
function textMap(value: Record<string, unknown>): Record<string, string> | undefined {
  const entries = Object.entries(value).map(([name, entry]) => [name, textOf(entry)] as const)
  const isWhole = entries.every(([name, text]) => text !== undefined && name.isWellFormed() && name !== '__proto__')
  return isWhole ? (Object.fromEntries(entries) as Record<string, string>) : undefined
}

function decodeItems({ item, minLength = 0, maxLength }: Field, value: readonly unknown[], path: string): unknown {
  if (!item || value.length < minLength || value.length > (maxLength ?? value.length)) return undefined
  return value.map((entry, index) => decodeValue(item, entry, `${path}[${index}]`))
}

/** Members that the contract does not know are ignored, as unknown parameters are. */
function decodeMembers(fields: Fields, value: Record<string, unknown>, path: string): unknown {
  const decoded: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(fields)) {
    const place = path === '' ? name : `${path}.${name}`
    const member = memberOf(field, Object.hasOwn(value, name) ? value[name] : undefined, place)
    if (member !== undefined) decoded[codeName(name)] = member
  }
  return decoded
}

/** Go writes `null` for what is left out. */
function memberOf(field: Field, given: unknown, place: string): unknown {
  if (given !== undefined && (given !== null || field.presence === 'required')) return decodeValue(field, given, place)
  if (field.presence === 'required') throw new JsonFault(`${place} is missing`)
  return field.presence === 'default' ? field.default : undefined
}

const kinds: Readonly<Record<Kind, string>> = {
  string: 'text',
  bytes: 'Base64',
  integer: 'a whole number',
  boolean: 'true or false',
  stringMap: 'an object of texts',
  list: 'a list',
  object: 'an object',
  json: 'JSON',
}

/** What a member has to be, in words: its kind, its limits as far as they are numbers, and what it means. */
function described({ kind, doc, values, minLength, maxLength, minimum, maximum }: Field): string {
  const unit = kind === 'list' ? 'items' : kind === 'integer' ? '' : 'characters'
  const limits = [
    values?.join(' or '),
    range(minLength, maxLength, unit),
    range(minimum, maximum, ''),
    doc.replaceAll('`', ''),
  ].filter(Boolean)
  return limits.length === 0 ? kinds[kind] : `${kinds[kind]} (${limits.join('; ')})`
}

function range(from: number | undefined, to: number | undefined, unit: string): string {
  const words = from === undefined ? `up to ${to}` : to === undefined ? `at least ${from}` : `${from} to ${to}`
  return from === undefined && to === undefined ? '' : `${words} ${unit}`.trim()
}
