import { codeName, type Field, type Fields } from '../../../src/api/field.ts'
import { type Operation, serviceCodes } from '../../../src/api/operation.ts'
import { operations } from '../../../src/api/operations.ts'
import { parameterForm, spansOf } from '../../../src/cli/operation-help.ts'
import { chinese, english, type Words } from './words.ts'

interface PageWords extends Words {
  readonly introduction: readonly string[]
  readonly parameterHead: string
  readonly resultHead: string
  readonly noParameters: string
  readonly freePermission: string
  readonly refused: string
  readonly sensitive: string
  readonly labels: Readonly<Record<'permission' | 'hosts' | 'lost' | 'command', string>>
  readonly repeat: Readonly<Record<'may' | 'mustNot', string>>
}

/** The page docs/reference/operations.md, made from the contract. */
export const operationsPage = (): string => page(inEnglish)
/** The same in Chinese. */
export const operationsPageInChinese = (): string => page(inChinese)

const inEnglish: PageWords = {
  ...english,
  introduction: [
    '# Operations',
    '',
    english.other('operations'),
    '',
    'Every operation of the OpenAPI (RPC) gateway, made from the contract in `src/api/`. Parameters travel in the query',
    'string or in a form body, in any mix. In the SDK their names begin with a small letter and bytes are `Uint8Array`;',
    'on the wire and on the command line bytes are Base64. Every answer carries `RequestId` too.',
  ],
  parameterHead: '| parameter | type | | meaning |',
  resultHead: '| result | type | | meaning |',
  noParameters: 'No parameters.',
  freePermission: 'none; any caller with a valid signature',
  refused: '**refused**: ',
  sensitive: 'never logged',
  labels: {
    permission: 'Permission: ',
    hosts: 'Answered by: ',
    lost: 'After a lost answer: ',
    command: 'Command: ',
  },
  repeat: { may: 'may be repeated', mustNot: 'must not be repeated blindly' },
}

const inChinese: PageWords = {
  ...chinese,
  introduction: [
    '# 接口',
    '',
    chinese.other('operations'),
    '',
    'OpenAPI（RPC）网关的全部接口，由 `src/api/` 中的契约生成。参数可放在查询字符串或表单正文中，也可混用。在 SDK 中参数名以小写字母开头，',
    '字节为 `Uint8Array`；在线上协议与命令行中字节为 Base64。每个应答都带有 `RequestId`。',
  ],
  parameterHead: '| 参数 | 类型 | | 含义 |',
  resultHead: '| 结果 | 类型 | | 含义 |',
  noParameters: '没有参数。',
  freePermission: '无；签名有效的任何调用者',
  refused: '**会被拒绝**：',
  sensitive: '从不写入日志',
  labels: { permission: '权限：', hosts: '应答者：', lost: '应答丢失之后：', command: '命令：' },
  repeat: { may: '可以重复', mustNot: '不可盲目重复' },
}

function page(words: PageWords): string {
  const products = [...new Set(operations.map(({ api }) => api.product))]
  return [
    ...words.introduction,
    '',
    ...products.flatMap((product) => contents(product)),
    ...operations.flatMap((operation) => section(operation, words)),
  ].join('\n')
}

function contents(product: Operation['api']['product']): string[] {
  const own = operations.filter(({ api }) => api.product === product)
  const links = own.map((operation) => `[${operation.name}](#${anchorOf(operation)})`)
  return [`**${product}** ${own[0]?.api.version}: ${links.join(' · ')}`, '']
}

/** Two products have an operation of one name. */
const heading = ({ name, api }: Operation): string =>
  operations.filter((other) => other.name === name).length === 1 ? name : `${name} (${api.product})`

export const anchorOf = (operation: Operation): string =>
  heading(operation).toLowerCase().replaceAll(' ', '-').replace(/[()]/g, '')

function section(operation: Operation, words: PageWords): string[] {
  const { labels, repeat } = words
  return [
    `## ${heading(operation)}`,
    '',
    words.text(operation.doc),
    '',
    ...parameterTable(operation.request, words),
    ...resultTable(operation.response, words),
    `- ${labels.permission}${permission(operation, words)}`,
    `- ${labels.hosts}${operation.hosts.map((host) => words.hosts[host]).join(words.comma)}`,
    `- ${labels.lost}${operation.idempotent ? repeat.may : repeat.mustNot}`,
    `- ${labels.command}\`${command(operation)}\``,
    `- SDK: \`${call(operation)}\``,
    '',
  ]
}

function permission({ actions, resource, access }: Operation, words: PageWords): string {
  if (actions.length === 0) return words.freePermission
  const named = actions.map((action) => `\`${action}\``).join(words.and)
  return `${resource === 'none' ? named : words.on(named, resource)}${words.access[access]}`
}

function parameterTable(fields: Fields, words: PageWords): string[] {
  if (Object.keys(fields).length === 0) return [words.noParameters, '']
  const rows = Object.entries(fields).map(([name, field]) =>
    row(`\`${parameterForm(name, field)}\``, kindOf(field, words), presence(field, words), described(field, words)),
  )
  return [words.parameterHead, '|---|---|---|---|', ...rows, '']
}

function resultTable(fields: Fields, words: PageWords): string[] {
  const rows = flattened('', fields).map(([path, field]) => {
    const may = field.presence === 'optional' ? words.presence.optional : ''
    return row(`\`${path}\``, kindOf(field, words), may, described(field, words))
  })
  return rows.length === 0 ? [] : [words.resultHead, '|---|---|---|---|', ...rows, '']
}

/** Fields of nested objects and lists, each by its whole path. */
function flattened(prefix: string, fields: Fields): [string, Field][] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const nested = field.fields ?? field.item?.fields
    const path = `${prefix}${name}${field.kind === 'list' ? '[]' : ''}`
    return nested === undefined ? [[path, field]] : flattened(`${path}.`, nested)
  })
}

function kindOf({ kind, item }: Field, words: PageWords): string {
  if (kind === 'list') return words.listOf(words.kinds[item?.kind ?? 'object'])
  if (kind === 'json' && item !== undefined) return `${kindOf(item, words)}${words.comma}JSON`
  return words.kinds[kind]
}

const presence = (field: Field, words: PageWords): string =>
  field.presence === 'default'
    ? `${words.presence.default} \`${String(field.default)}\``
    : words.presence[field.presence]

function described(field: Field, words: PageWords): string {
  const closed = (field.values ?? field.known ?? [])
    .filter(Boolean)
    .map((value) => `\`${value}\``)
    .join(words.comma)
  const secret = field.sensitive === true ? words.sensitive : ''
  const refusal = field.refused === undefined ? '' : `${words.refused}${words.text(field.refused)}`
  const parts = [words.text(field.doc), refusal, closed, jsonForm(field), ...spansOf(field, words.spans), secret]
  return parts.filter(Boolean).join(words.pause)
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
