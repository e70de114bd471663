import { codeName, type Field, type Fields } from '../../../src/api/field.ts'
import { type Operation, serviceCodes } from '../../../src/api/operation.ts'
import { operations } from '../../../src/api/operations.ts'
import { limitNote, parameterForm } from '../../../src/cli/operation-help.ts'

/** The page docs/reference/operations.md, made from the contract. */
export function operationsPage(): string {
  const products = [...new Set(operations.map(({ api }) => api.product))]
  return [
    '# Operations',
    '',
    'Every operation of the OpenAPI (RPC) gateway, made from the contract in `src/api/`. Parameters travel in the query',
    'string or in a form body, in any mix. In the SDK their names begin with a small letter and bytes are `Uint8Array`;',
    'on the wire and on the command line bytes are Base64. Every answer carries `RequestId` too.',
    '',
    ...products.flatMap((product) => contents(product)),
    ...operations.flatMap(section),
  ].join('\n')
}

function contents(product: Operation['api']['product']): string[] {
  const own = operations.filter(({ api }) => api.product === product)
  const links = own.map((operation) => `[${operation.name}](#${anchor(operation)})`)
  return [`**${product}** ${own[0]?.api.version}: ${links.join(' · ')}`, '']
}

/** Two products have an operation of one name. */
const heading = ({ name, api }: Operation): string =>
  operations.filter((other) => other.name === name).length === 1 ? name : `${name} (${api.product})`

const anchor = (operation: Operation): string =>
  heading(operation).toLowerCase().replaceAll(' ', '-').replace(/[()]/g, '')

function section(operation: Operation): string[] {
  return [
    `## ${heading(operation)}`,
    '',
    operation.doc,
    '',
    ...parameterTable(operation.request),
    ...resultTable(operation.response),
    `- Permission: ${permission(operation)}`,
    `- Answered by: ${operation.hosts.map((host) => hostNames[host]).join(', ')}`,
    `- After a lost answer: ${operation.idempotent ? 'may be repeated' : 'must not be repeated blindly'}`,
    `- Command: \`${command(operation)}\``,
    `- SDK: \`${call(operation)}\``,
    '',
  ]
}

const hostNames = { public: 'the public gateway', instance: 'the host of a KMS instance' }

function permission({ actions, resource, access }: Operation): string {
  if (actions.length === 0) return 'none; any caller with a valid signature'
  const named = actions.map((action) => `\`${action}\``).join(' and ')
  return `${resource === 'none' ? named : `${named} on ${resource}`} (${access})`
}

function parameterTable(fields: Fields): string[] {
  if (Object.keys(fields).length === 0) return ['No parameters.', '']
  const rows = Object.entries(fields).map(([name, field]) =>
    row(`\`${parameterForm(name, field)}\``, kindOf(field), presence(field), described(field)),
  )
  return ['| parameter | type | | meaning |', '|---|---|---|---|', ...rows, '']
}

function resultTable(fields: Fields): string[] {
  const rows = flattened('', fields).map(([path, field]) =>
    row(`\`${path}\``, kindOf(field), field.presence === 'optional' ? 'optional' : '', described(field)),
  )
  return rows.length === 0 ? [] : ['| result | type | | meaning |', '|---|---|---|---|', ...rows, '']
}

/** Fields of nested objects and lists, each by its whole path. */
function flattened(prefix: string, fields: Fields): [string, Field][] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const nested = field.fields ?? field.item?.fields
    const path = `${prefix}${name}${field.kind === 'list' ? '[]' : ''}`
    return nested === undefined ? [[path, field]] : flattened(`${path}.`, nested)
  })
}

function kindOf({ kind, item }: Field): string {
  if (kind === 'list') return `list of ${item?.kind === 'object' ? 'objects' : `${item?.kind}s`}`
  if (kind === 'stringMap') return 'map of strings, JSON'
  return kind === 'json' ? `${item === undefined ? '' : kindOf(item)}, JSON` : kind
}

const presence = (field: Field): string =>
  field.presence === 'default' ? `default \`${String(field.default)}\`` : field.presence

function described(field: Field): string {
  const { values = [] } = field
  const limits = limitNote({ ...field, kind: field.kind, values: [] })
  const closed = values.map((value) => `\`${value}\``).join(', ')
  const secret = field.sensitive === true ? 'never logged' : ''
  const refusal = field.refused === undefined ? '' : `**refused**: ${field.refused}`
  const withoutForm = limits.replace(/^(?:Base64|JSON object|JSON)(?:; )?/, '').replace(/^; /, '')
  return [field.doc, refusal, closed, jsonForm(field), withoutForm, secret].filter(Boolean).join('; ')
}

/** What the JSON text of a structured parameter looks like. */
function jsonForm({ kind, item }: Field): string {
  const members = kind === 'json' ? Object.keys(item?.item?.fields ?? {}) : []
  return members.length === 0 ? '' : `\`[{${members.map((member) => `"${member}": …`).join(', ')}}]\``
}

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

const isRequired = ([, field]: [string, Field]): boolean => field.presence === 'required'

function command({ name, api, request }: Operation): string {
  const flags = Object.entries(request)
    .filter(isRequired)
    .map(([parameter, field]) => `--${parameterForm(parameter, field).replace(/\|.*/, '')} …`)
  return ['keyhaven', serviceCodes[api.product], name, ...flags].join(' ')
}

const clients = { Kms: 'client', Keyhaven: 'client', Ram: 'ram', Ims: 'ram', Sts: 'sts' }

function call({ name, api, request }: Operation): string {
  const fields = Object.entries(request)
    .filter(isRequired)
    .map(([parameter]) => codeName(parameter))
  const argument = fields.length === 0 ? '' : `{ ${fields.join(', ')} }`
  return `await ${clients[api.product]}.${codeName(name)}(${argument})`
}
