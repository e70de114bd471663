import { codeName, type Field, type Fields } from '../api/field.ts'
import { decodeBase64, encodeBase64 } from '../crypto/base64.ts'

/**
 * Writes requests and reads answers by the tables of operations. Knows nothing of Node: the console's browser does the
 * same by it.
 */

export type Unchecked = Readonly<Record<string, unknown>>

/** A value that its table does not allow: of a request the caller's fault, of an answer the server's. */
export class FieldFault extends Error {
  readonly code: 'invalidRequest' | 'badResponse'
  /** name of the field */
  readonly parameter: string

  constructor(code: FieldFault['code'], message: string, parameter: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'FieldFault'
    this.code = code
    this.parameter = parameter
  }
}

/**
 * Writes a request as RPC parameters. Fields are named as in code; what the table doesn't know is refused, because a
 * misspelt optional field would otherwise be left out silently.
 *
 * @throws FieldFault `invalidRequest` naming the field
 */
export function encodeRequest(fields: Fields, request: Unchecked): Map<string, string> {
  const parameters = new Map<string, string>()
  for (const [wireName, field, value] of presentFields(fields, asRequest(request), ''))
    for (const [name, text] of encodeParameter(wireName, field, value)) parameters.set(name, text)
  return parameters
}

/** The fields that a value gives, in the order of the table. */
function* presentFields(fields: Fields, value: Unchecked, path: string): Generator<[string, Field, unknown]> {
  const known = new Set(Object.keys(fields).map(codeName))
  const unknown = Object.keys(value).find((name) => !known.has(name))
  if (unknown !== undefined) throw invalid(path + unknown, 'is not a field of this operation')
  for (const [wireName, field] of Object.entries(fields)) {
    const given = value[codeName(wireName)]
    if (given !== undefined) yield [wireName, field, given]
    else if (field.presence === 'required') throw invalid(path + codeName(wireName), 'is needed')
  }
}

function* encodeParameter(name: string, field: Field, value: unknown): Generator<[string, string]> {
  if (field.kind !== 'list') {
    yield [name, encodeScalar(name, field, value)]
    return
  }
  const item = field.item ?? invalidTable(name)
  for (const [index, element] of asArray(name, value).entries()) {
    const numbered = `${name}.${index + 1}`
    if (item.kind !== 'object') yield [numbered, encodeScalar(numbered, item, element)]
    else
      for (const [wireName, nested, given] of presentFields(
        item.fields ?? {},
        asObject(numbered, element),
        `${numbered}.`,
      ))
        yield [`${numbered}.${wireName}`, encodeScalar(`${numbered}.${wireName}`, nested, given)]
  }
}

function encodeScalar(name: string, field: Field, value: unknown): string {
  if (field.kind === 'stringMap') return JSON.stringify(asTextMap(name, value))
  if (field.kind === 'json') return JSON.stringify(toWire(name, field.item ?? invalidTable(name), value))
  return String(toWire(name, field, value))
}

/** A value as it stands in JSON: wire names, bytes as Base64. */
function toWire(name: string, field: Field, value: unknown): unknown {
  switch (field.kind) {
    case 'string':
      if (value instanceof Uint8Array) return encodeBase64(value)
      return asText(name, value)
    case 'bytes':
      if (!(value instanceof Uint8Array)) throw invalid(name, 'must be a Uint8Array')
      return encodeBase64(value)
    case 'integer':
      if (!Number.isSafeInteger(value)) throw invalid(name, 'must be a whole number')
      return value
    case 'boolean':
      if (typeof value !== 'boolean') throw invalid(name, 'must be true or false')
      return value
    case 'stringMap':
      return asTextMap(name, value)
    case 'json':
      return toWire(name, field.item ?? invalidTable(name), value)
    case 'list':
      return asArray(name, value).map((element) => toWire(name, field.item ?? invalidTable(name), element))
    case 'object': {
      const present = presentFields(field.fields ?? {}, asObject(name, value), `${name}.`)
      return Object.fromEntries(
        [...present].map(([wireName, nested, given]) => [wireName, toWire(wireName, nested, given)]),
      )
    }
  }
}

/**
 * Reads the body of an answer by the table of its operation. Fields the table doesn't know are left out: the real
 * service adds some over time. A text, list or object that is missing reads as empty, as the service writes absent
 * times; a missing value that something secret depends on is refused.
 *
 * @throws FieldFault `badResponse` naming the field
 */
export function decodeResponse(fields: Fields, body: Unchecked): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [wireName, field] of Object.entries(fields)) {
    const value = body[wireName]
    const isAbsent = value === undefined || value === null
    if (isAbsent && field.presence === 'optional') continue
    result[codeName(wireName)] = isAbsent ? whenAbsent(wireName, field) : fromWire(wireName, field, value)
  }
  return result
}

function whenAbsent(name: string, field: Field): unknown {
  if (field.presence === 'default') return field.default
  if (field.kind === 'string' && field.sensitive !== true) return ''
  if (field.kind === 'list') return []
  if (field.kind === 'stringMap') return {}
  if (field.kind === 'object') return decodeResponse(field.fields ?? {}, {})
  throw unreadable(name, 'is missing')
}

function fromWire(name: string, field: Field, value: unknown): unknown {
  switch (field.kind) {
    case 'string':
      if (typeof value === 'string') return value
      throw unreadable(name, 'is not text')
    case 'bytes': {
      const decoded = typeof value === 'string' ? decodeBase64(value) : undefined
      if (decoded === undefined) throw unreadable(name, 'is not Base64')
      return new Uint8Array(decoded)
    }
    case 'integer': {
      const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value
      if (!Number.isSafeInteger(number)) throw unreadable(name, 'is not a whole number')
      return number
    }
    case 'boolean':
      if (typeof value === 'boolean') return value
      if (value === 'true' || value === 'false') return value === 'true'
      throw unreadable(name, 'is not a boolean')
    case 'stringMap':
      return textMapFromWire(name, value)
    case 'json':
      return fromWire(name, field.item ?? invalidTable(name), parsedIfText(name, value))
    case 'list':
      if (!Array.isArray(value)) throw unreadable(name, 'is not a list')
      return value.map((element) => fromWire(name, field.item ?? invalidTable(name), element))
    case 'object':
      if (!isPlainObject(value)) throw unreadable(name, 'is not an object')
      return decodeResponse(field.fields ?? {}, value)
  }
}

function textMapFromWire(name: string, value: unknown): Readonly<Record<string, string>> {
  const map = parsedIfText(name, value)
  if (!isPlainObject(map) || Object.values(map).some((text) => typeof text !== 'string'))
    throw unreadable(name, 'is not a map of text')
  return map as Readonly<Record<string, string>>
}

function parsedIfText(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch (cause) {
    throw new FieldFault('badResponse', `The answer's ${name} is not JSON.`, name, cause)
  }
}

/** An object that JSON could have given, as opposed to a list or null. */
export const isPlainObject = (value: unknown): value is Unchecked =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @throws FieldFault `invalidRequest` */
export function asRequest(request: unknown): Unchecked {
  if (isPlainObject(request)) return request
  throw new FieldFault('invalidRequest', 'The request must be an object with the fields of the operation.', 'request')
}

function asObject(name: string, value: unknown): Unchecked {
  if (!isPlainObject(value) || value instanceof Uint8Array) throw invalid(name, 'must be an object')
  return value
}

function asArray(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(name, 'must be an array')
  return value
}

function asTextMap(name: string, value: unknown): Unchecked {
  const map = asObject(name, value)
  if (Object.values(map).some((text) => typeof text !== 'string')) throw invalid(name, 'must map text to text')
  for (const text of Object.entries(map).flat()) asText(name, text)
  return map
}

/** A lone surrogate has no UTF-8 form; replacing it would encrypt something else than was given. */
function asText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw invalid(name, 'must be text')
  if (!value.isWellFormed()) throw invalid(name, 'is not well-formed Unicode')
  return value
}

const invalid = (name: string, why: string): FieldFault =>
  new FieldFault('invalidRequest', `The field "${codeName(name)}" ${why}.`, codeName(name))

const unreadable = (name: string, why: string): FieldFault =>
  new FieldFault('badResponse', `The answer's ${name} ${why}.`, name)

function invalidTable(name: string): never {
  throw new TypeError(`The field ${name} names no item`)
}
