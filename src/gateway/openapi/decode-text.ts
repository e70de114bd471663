import type { Field } from '../../api/field.ts'
import { decodeWrappedBase64 } from '../../crypto/base64.ts'
import { decodeJson } from './decode-json.ts'
import { isWithinLimits, lengthFits } from './limits.ts'
import { decodeBoolean, decodeInteger } from './scalar.ts'

/**
 * The value that a parameter's text stands for.
 *
 * @returns undefined if it stands for none, or is beyond the field's limits
 * @throws JsonFault for JSON text, saying which of its members is wrong
 */
export function decodeText(field: Field, text: string): unknown {
  switch (field.kind) {
    case 'string':
      return isWithinLimits(field, text) ? text : undefined
    case 'bytes':
      return lengthFits(field, decodeWrappedBase64(text))
    case 'integer':
      return decodeInteger(field, text)
    case 'boolean':
      return decodeBoolean(text)
    case 'stringMap':
      return text.length > (field.maxLength ?? text.length) ? undefined : decodeJson(field, text)
    case 'json':
      return field.item && decodeJson(field.item, text)
    case 'list':
    case 'object':
      return undefined
  }
}
