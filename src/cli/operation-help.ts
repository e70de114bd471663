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

/** The form and the limits of a field in words; empty if it has none. */
function limitNote(field: Field): string {
  const values = (field.values ?? field.known ?? []).filter(Boolean).join(' | ')
  return [forms[field.kind], values, ...spansOf(field)].filter(Boolean).join('; ')
}

const forms: Readonly<Record<Field['kind'], string>> = {
  string: '',
  bytes: 'Base64',
  integer: '',
  boolean: '',
  stringMap: 'JSON object',
  json: 'JSON',
  list: '',
  object: '',
}

/** How a language says how great or how long something may be. */
export interface SpanWords {
  readonly between: (from: number, to: number) => string
  readonly atMost: (to: number) => string
  readonly atLeast: (from: number) => string
  readonly units: Readonly<Record<'bytes' | 'items' | 'characters', string>>
}

const english: SpanWords = {
  between: (from, to) => `${from} to ${to}`,
  atMost: (to) => `at most ${to}`,
  atLeast: (from) => `at least ${from}`,
  units: { bytes: ' bytes', items: ' items', characters: ' characters' },
}

/** How great a number may be, and how long anything else. */
export function spansOf(field: Field, words: SpanWords = english): readonly string[] {
  const unit = words.units[unitOf(field)]
  return [span(field.minimum, field.maximum, '', words), span(field.minLength, field.maxLength, unit, words)].filter(
    Boolean,
  )
}

const unitOf = ({ kind }: Field): keyof SpanWords['units'] =>
  kind === 'bytes' ? 'bytes' : kind === 'list' || kind === 'json' ? 'items' : 'characters'

function span(from: number | undefined, to: number | undefined, unit: string, words: SpanWords): string {
  if (from !== undefined && to !== undefined) return words.between(from, to) + unit
  if (to !== undefined) return words.atMost(to) + unit
  return from === undefined ? '' : words.atLeast(from) + unit
}
