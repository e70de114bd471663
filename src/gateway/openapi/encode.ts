import { codeName, type Field, type Fields } from '../../api/field.ts'
import { encodeBase64 } from '../../crypto/base64.ts'

/** A value as JSON knows it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/**
 * The body of a successful answer by wire names, `RequestId` included. Only what the contract names goes out; optional
 * fields that the result lacks are left out.
 */
export function encodeResult(fields: Fields, result: unknown, requestId: string): Readonly<Record<string, Json>> {
  return encodeFields(fields, result, { RequestId: requestId })
}

function encodeFields(fields: Fields, value: unknown, into: Record<string, Json>): Record<string, Json> {
  if (typeof value !== 'object' || value === null) return into
  const values = value as Readonly<Record<string, unknown>>
  for (const name in fields) {
    const field = fields[name]
    const member = values[codeName(name)]
    if (field && member !== undefined) into[name] = encodeValue(field, member)
  }
  return into
}

function encodeValue(field: Field, value: unknown): Json {
  switch (field.kind) {
    case 'bytes':
      return value instanceof Uint8Array ? encodeBase64(value) : ''
    case 'list':
      return Array.isArray(value) && field.item ? encodeItems(field.item, value) : []
    case 'object':
      return field.fields ? encodeFields(field.fields, value, {}) : {}
    case 'stringMap':
      return { ...(value as Readonly<Record<string, string>>) }
    case 'json':
      return JSON.stringify(value)
    case 'integer':
      return Number(value)
    case 'boolean':
      return value === true
    case 'string':
      return String(value)
  }
}

const encodeItems = (item: Field, values: readonly unknown[]): Json => values.map((value) => encodeValue(item, value))
