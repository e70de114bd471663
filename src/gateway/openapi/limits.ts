import type { Field } from '../../api/field.ts'

/** Whether text keeps to the limits of its field; their unit is UTF-16 code units. */
export function isWithinLimits(field: Field, text: string): boolean {
  if (text.length < (field.minLength ?? 0) || text.length > (field.maxLength ?? text.length)) return false
  if (field.values && !field.values.includes(text)) return false
  return !field.pattern || matchesWhole(field.pattern, text)
}

const wholePatterns = new WeakMap<RegExp, RegExp>()

function matchesWhole(pattern: RegExp, text: string): boolean {
  const known = wholePatterns.get(pattern)
  const whole = known ?? new RegExp(`^(?:${pattern.source})$`, pattern.flags)
  if (!known) wholePatterns.set(pattern, whole)
  return whole.test(text)
}

/** `bytes` if there are any and their number is within the limits. */
export function lengthFits(field: Field, bytes: Uint8Array | undefined): Uint8Array | undefined {
  const fits =
    bytes && bytes.length >= (field.minLength ?? 0) && bytes.length <= (field.maxLength ?? Number.POSITIVE_INFINITY)
  return fits ? bytes : undefined
}

/** `value` if it is a whole number within the limits. */
export function inRange(field: Field, value: number): number | undefined {
  const fits = Number.isSafeInteger(value) && value >= (field.minimum ?? value) && value <= (field.maximum ?? value)
  return fits ? value : undefined
}
