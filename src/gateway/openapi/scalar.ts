import type { Field } from '../../api/field.ts'
import { inRange } from './limits.ts'

/** The whole number that a text stands for, if it stands for one within the limits of its field. */
export const decodeInteger = (field: Field, text: string): number | undefined =>
  /^-?\d{1,15}$/.test(text) ? inRange(field, Number(text)) : undefined

/** The flag that a text stands for. Any letter case: Python callers send `True`. */
export function decodeBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase()
  return lower === 'true' ? true : lower === 'false' ? false : undefined
}
