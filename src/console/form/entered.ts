import { codeName, type Field } from '../../api/field.ts'

/** What a form holds, as the input of an operation: what was left empty is left out. */
export function entered(
  request: Readonly<Record<string, Field>>,
  names: readonly string[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given = names.map((name): [string, unknown] => [codeName(name), valueFor(request[name], values[name])])
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

function valueFor(field: Field | undefined, value: unknown): unknown {
  if (value === undefined || value === null) return undefined
  if (value === '' && field?.presence !== 'required') return undefined
  if (Array.isArray(value) && value.length === 0 && field?.presence !== 'required') return undefined
  if (field?.kind === 'stringMap' && Array.isArray(value)) return fromPairs(value)
  return value
}

const fromPairs = (pairs: readonly { readonly name?: string; readonly value?: string }[]): unknown => {
  const named = pairs.filter(({ name }) => name)
  return named.length === 0 ? undefined : Object.fromEntries(named.map(({ name = '', value = '' }) => [name, value]))
}
