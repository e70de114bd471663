import type { Field } from '../api/field.ts'
import type { Operation } from '../api/operation.ts'

/** What an operation does and takes, for a terminal. */
export function operationHelp(program: string, operation: Operation): string {
  const parameters = Object.entries(operation.request).map(([name, field]) => {
    const flag = `--${parameterForm(name, field)}`
    return `  ${flag.padEnd(38)} ${[field.doc, presenceNote(field), limitNote(field)].filter(Boolean).join('; ')}`
  })
  return [
    `keyhaven ${program} ${operation.name} [--Name value ...]`,
    '',
    operation.doc,
    '',
    ...(parameters.length === 0 ? ['No parameters.'] : ['Parameters:', ...parameters]),
  ].join('\n')
}

/** How a parameter is written: lists are numbered. */
export function parameterForm(name: string, field: Field): string {
  if (field.kind !== 'list') return name
  const nested = Object.keys(field.item?.fields ?? {})
  return nested.length === 0 ? `${name}.1` : `${name}.1.${nested.join('|')}`
}

function presenceNote(field: Field): string {
  if (field.refused !== undefined) return `refused by Keyhaven: ${field.refused}`
  if (field.presence === 'required') return 'required'
  return field.presence === 'default' ? `default ${String(field.default)}` : ''
}

/** The limits of a field in words; empty if it has none. */
export function limitNote(field: Field): string {
  const notes = [
    {
      string: '',
      bytes: 'Base64',
      integer: '',
      boolean: '',
      stringMap: 'JSON object',
      json: 'JSON',
      list: '',
      object: '',
    }[field.kind],
    field.values === undefined ? '' : field.values.join(' | '),
    span(field.minimum, field.maximum, ''),
    span(field.minLength, field.maxLength, unitOf(field)),
  ]
  return notes.filter(Boolean).join('; ')
}

const unitOf = ({ kind }: Field): string =>
  kind === 'bytes' ? ' bytes' : kind === 'list' || kind === 'json' ? ' items' : ' characters'

function span(from: number | undefined, to: number | undefined, unit: string): string {
  if (from !== undefined && to !== undefined) return `${from} to ${to}${unit}`
  if (to !== undefined) return `at most ${to}${unit}`
  return from === undefined ? '' : `at least ${from}${unit}`
}
