/**
 * The requests and answers of the SDK as interfaces with a comment on every field (src/sdk/models/), written from the
 * contracts. Derived types would reach users as what they are derived from, and without a word.
 */
import { codeName, type Field, type Fields } from '../../../src/api/field.ts'
import { instanceOperations, type Message } from '../../../src/api/instance.ts'
import { fieldMeanings, knownValues } from '../../../src/api/instance-fields.ts'
import type { Operation } from '../../../src/api/operation.ts'
import { operations } from '../../../src/api/operations.ts'
import { spansOf } from '../../../src/cli/operation-help.ts'

type Side = 'request' | 'response'

const width = 120
const head = '// Written by "npm run docs" from src/api/, not by hand.\n'

/** The interfaces of the operations of these products, as one source. */
export function modelsOf(...products: readonly Operation['api']['product'][]): string {
  const chosen = operations.filter(({ api }) => products.includes(api.product))
  const models = new Models(chosen)
  for (const operation of chosen) models.write(operation)
  return head + models.text
}

class Models {
  text = ''
  /** the interfaces of objects within, by their fields and side */
  readonly #names = new Map<string, string>()
  readonly #owners = new Map<Fields, Set<string>>()
  readonly #ids: Fields[] = []

  constructor(all: readonly Operation[]) {
    for (const { name, request, response } of all)
      for (const field of [...Object.values(request), ...Object.values(response)]) this.#noteOwner(name, field)
  }

  write({ name, doc, request, response }: Operation): void {
    this.#interface(`${name}Request`, `What ${name} is asked. ${doc}`, this.#members(name, request, 'request'))
    const answered = this.#members(name, response, 'response')
    this.#interface(`${name}Response`, `What ${name} answers. ${doc}`, [
      ...answered,
      member('requestId', 'names the call in the log and the audit log of the service', 'string', false),
    ])
  }

  #interface(name: string, doc: string, members: readonly string[]): void {
    this.text += `\n${comment(doc)}export interface ${name} {\n${members.join('')}}\n`
  }

  #members(operation: string, fields: Fields, side: Side): readonly string[] {
    return Object.entries(fields).map(([wireName, field]) => {
      const isOptional = field.presence === 'optional' || (side === 'request' && field.presence === 'default')
      return member(
        codeName(wireName),
        docOf(wireName, field),
        this.#type(operation, wireName, field, side),
        isOptional,
      )
    })
  }

  #type(operation: string, wireName: string, field: Field, side: Side): string {
    const { kind, values, item, fields } = field
    if (values !== undefined) return unionOf(values)
    if (field.known !== undefined) return openUnionOf(field.known)
    if (kind === 'json' && item) return this.#type(operation, wireName, item, side)
    if (kind === 'list' && item) {
      const each = this.#type(operation, wireName, item, side)
      return `readonly ${each.includes('|') ? `(${each})` : each}[]`
    }
    if (kind === 'object' && fields) return this.#nested(operation, wireName, fields, side)
    return types[kind]
  }

  /** The interface of an object, written where it is first met; one that several operations have is named by itself. */
  #nested(operation: string, wireName: string, fields: Fields, side: Side): string {
    if (!this.#ids.includes(fields)) this.#ids.push(fields)
    const id = `${this.#ids.indexOf(fields)} ${side}`
    const known = this.#names.get(id)
    if (known !== undefined) return known
    const isShared = (this.#owners.get(fields)?.size ?? 0) > 1
    const taken = [...this.#names.values()]
    const candidates = [...(isShared ? [wireName] : []), `${operation}${wireName}`, `${operation}${wireName}${side}`]
    const name = candidates.find((each) => !taken.includes(each)) ?? wireName
    this.#names.set(id, name)
    const words = side === 'request' ? 'what it is asked' : 'what it answers'
    this.#interface(name, `${wireName} of ${operation}, in ${words}.`, this.#members(operation, fields, side))
    return name
  }

  #noteOwner(operation: string, { fields, item }: Field): void {
    if (item) this.#noteOwner(operation, item)
    if (fields === undefined) return
    this.#owners.set(fields, (this.#owners.get(fields) ?? new Set()).add(operation))
    for (const field of Object.values(fields)) this.#noteOwner(operation, field)
  }
}

const unionOf = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(' | ')
/** As `string`, and an editor offers the values. */
const openUnionOf = (values: readonly string[]): string => `${unionOf(values)} | (string & {})`

const types: Readonly<Record<Field['kind'], string>> = {
  string: 'string',
  bytes: 'Uint8Array',
  integer: 'number',
  boolean: 'boolean',
  stringMap: 'Readonly<Record<string, string>>',
  json: 'unknown',
  list: 'readonly unknown[]',
  object: 'object',
}

/** The interfaces of the operations of the instance gateway. */
export function instanceModels(): string {
  const written = instanceOperations.flatMap(({ name, doc, request, response, needed }) => [
    interfaceOf(`${name}Request`, `What ${name} is asked. ${doc}`, messageMembers(request, needed)),
    interfaceOf(`${name}Response`, `What ${name} answers. ${doc}`, [
      ...messageMembers(response, Object.keys(response)),
      ...('KeyId' in response && !('KeyVersionId' in response)
        ? [member('keyVersionId', 'the key version that was used; empty if the answer names none', 'string', false)]
        : []),
    ]),
  ])
  return head + written.join('')
}

const interfaceOf = (name: string, doc: string, members: readonly string[]): string =>
  `\n${comment(doc)}export interface ${name} {\n${members.join('')}}\n`

const messageMembers = (message: Message, needed: readonly string[]): readonly string[] =>
  Object.entries(message).map(([wireName, { type }]) =>
    member(codeName(wireName), fieldMeanings[wireName] ?? '', messageType(wireName, type), !needed.includes(wireName)),
  )

function messageType(wireName: string, type: Message[string]['type']): string {
  const values = knownValues[wireName]
  return values === undefined || type !== 'string' ? messageTypes[type] : openUnionOf(values)
}

const messageTypes = {
  string: 'string',
  bytes: 'Uint8Array',
  int32: 'number',
  bool: 'boolean',
  strings: 'readonly string[]',
}

const member = (name: string, doc: string, type: string, isOptional: boolean): string =>
  `${comment(doc, '  ')}  readonly ${/^\w+$/.test(name) ? name : `'${name}'`}${isOptional ? '?' : ''}: ${type}${isOptional ? ' | undefined' : ''}\n`

/** What a field means, with its limits and what holds without it; a list that only wraps another says nothing itself. */
function docOf(wireName: string, field: Field): string {
  const described = field.doc || field.item?.doc || wordsOf(wireName)
  const absent = field.presence === 'default' ? `${JSON.stringify(field.default)} unless given` : ''
  const refusal = field.refused === undefined ? '' : `refused by Keyhaven: ${field.refused}`
  return [described, ...spansOf(field), absent, refusal].filter(Boolean).join('; ')
}

/** `KeyVersions` are `key versions`. */
const wordsOf = (wireName: string): string =>
  wireName.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase()

function comment(text: string, indent = ''): string {
  if (text.includes('*/')) throw new Error(`a comment ends within ${text}`)
  const line = `${indent}/** ${text} */\n`
  if (line.length <= width + 1) return line
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (`${indent} * ${last} ${word}`.length > width) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return `${indent}/**\n${lines.map((each) => `${indent} * ${each}\n`).join('')}${indent} */\n`
}
