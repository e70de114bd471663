import type { Field } from '../../api/field.ts'
import { parseStrictJson } from '../../core/access/strict-json.ts'
import { decodeBase64 } from '../../crypto/base64.ts'
import { decodeJson } from './decode-json.ts'
import { inRange, isWithinLimits, lengthFits } from './limits.ts'

/**
 * The value that a parameter's text stands for.
 *
 * @returns undefined if it stands for none, or is beyond the field's limits
 */
export function decodeText(field: Field, text: string): unknown {
  switch (field.kind) {
    case 'string':
      return isWithinLimits(field, text) ? text : undefined
    case 'bytes':
      // The official samples send a line of a file with its line end, and `base64` wraps what it prints.
      return lengthFits(field, decodeBase64(text.replaceAll(/[\t\n\r ]/g, '')))
    case 'integer':
      return decodeInteger(field, text)
    case 'boolean':
      return decodeBoolean(text)
    case 'stringMap':
      return text.length > (field.maxLength ?? text.length) ? undefined : decodeJson(field, parse(text))
    case 'json':
      return field.item && decodeJson(field.item, parse(text))
    case 'list':
    case 'object':
      return undefined
  }
}

function decodeInteger(field: Field, text: string): number | undefined {
  return /^-?\d{1,15}$/.test(text) ? inRange(field, Number(text)) : undefined
}

/** Any letter case: Python callers send `True`. */
function decodeBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase()
  return lower === 'true' ? true : lower === 'false' ? false : undefined
}

/** `undefined`, which JSON cannot say, when the text is not JSON or could be understood in two ways. */
function parse(text: string): unknown {
  try {
    return parseStrictJson(text)
  } catch {
    return undefined
  }
}
