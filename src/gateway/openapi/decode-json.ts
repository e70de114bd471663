import { codeName, type Field, type Fields } from '../../api/field.ts'
import { decodeBase64 } from '../../crypto/base64.ts'
import { inRange, isWithinLimits, lengthFits } from './limits.ts'

/**
 * The value of a field that arrived as JSON, and of everything inside it.
 *
 * @returns undefined if it has another type or is beyond the field's limits
 */
export function decodeJson(field: Field, value: unknown): unknown {
  switch (field.kind) {
    case 'string':
      return isText(value) && isWithinLimits(field, value) ? value : undefined
    case 'bytes':
      return isText(value) ? lengthFits(field, decodeBase64(value)) : undefined
    case 'integer':
      return typeof value === 'number' ? inRange(field, value) : undefined
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'stringMap':
      return isStringMap(value) ? value : undefined
    case 'list':
      return decodeArray(field, value)
    case 'object':
      return field.fields && isObject(value) ? decodeObject(field.fields, value) : undefined
    case 'json':
      return field.item && decodeJson(field.item, value)
  }
}

/** A lone surrogate has no UTF-8 form: two different texts would become the same bytes. */
const isText = (value: unknown): value is string => typeof value === 'string' && value.isWellFormed()

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `__proto__` is refused because assigning it elsewhere would lose it without a sound. */
const isStringMap = (value: unknown): boolean =>
  isObject(value) && Object.entries(value).every(([name, text]) => isText(name) && name !== '__proto__' && isText(text))

function decodeArray(field: Field, value: unknown): unknown {
  if (!Array.isArray(value) || !field.item) return undefined
  if (value.length < (field.minLength ?? 0) || value.length > (field.maxLength ?? value.length)) return undefined
  const { item } = field
  const items = value.map((entry: unknown) => decodeJson(item, entry))
  return items.includes(undefined) ? undefined : items
}

/** Members that the contract does not know are ignored, as unknown parameters are. */
function decodeObject(fields: Fields, value: Record<string, unknown>): unknown {
  const decoded: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(fields)) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined
    const member = given === undefined ? absent(field) : decodeJson(field, given)
    if (member === undefined && (given !== undefined || field.presence === 'required')) return undefined
    if (member !== undefined) decoded[codeName(name)] = member
  }
  return decoded
}

const absent = (field: Field): unknown => (field.presence === 'default' ? field.default : undefined)
