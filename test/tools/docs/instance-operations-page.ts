import { type InstanceOperation, instanceOperations, type Message } from '../../../src/api/instance.ts'
import { fieldMeanings } from '../../../src/api/instance-fields.ts'
import { chinese, english, type Words } from './words.ts'

interface PageWords extends Words {
  readonly introduction: readonly string[]
  readonly labels: Readonly<Record<'request' | 'response' | 'permission' | 'fields' | 'fieldHead', string>>
  readonly empty: string
  readonly none: string
  readonly allowed: (action: string, permission: 'key' | 'secret') => string
}

/** The page docs/reference/instance-operations.md, made from the contract of the instance gateway. */
export const instanceOperationsPage = (): string => page(inEnglish)
/** The same in Chinese. */
export const instanceOperationsPageInChinese = (): string => page(inChinese)

const inEnglish: PageWords = {
  ...english,
  introduction: [
    '# Operations of the instance gateway',
    '',
    english.other('instance-operations'),
    '',
    'Protobuf messages over `POST /`, selected by the header `x-kms-apiname` and signed with a ClientKey; made from',
    '`src/api/instance.ts`. A number stands for the field number. An absent field reads as empty, 0 or false.',
  ],
  labels: {
    request: 'Request: ',
    response: 'Response: ',
    permission: 'Permission: ',
    fields: 'Fields',
    fieldHead: '| field | meaning |',
  },
  empty: 'empty',
  none: 'none',
  allowed: (action, permission) => `${action}, ${permission}s of the access point`,
}

const inChinese: PageWords = {
  ...chinese,
  introduction: [
    '# 实例网关的接口',
    '',
    chinese.other('instance-operations'),
    '',
    '经 `POST /` 传送的 Protobuf 消息，由请求头 `x-kms-apiname` 选择接口，用 ClientKey 签名；由 `src/api/instance.ts` 生成。数字为字段编号。',
    '不存在的字段读作空、0 或 false。',
  ],
  labels: {
    request: '请求：',
    response: '应答：',
    permission: '权限：',
    fields: '字段',
    fieldHead: '| 字段 | 含义 |',
  },
  empty: '空',
  none: '无',
  allowed: (action, permission) => `${action}，限应用接入点的${permission === 'key' ? '密钥' : '凭据'}`,
}

const page = (words: PageWords): string =>
  [
    ...words.introduction,
    '',
    ...instanceOperations.flatMap((operation) => section(operation, words)),
    ...meanings(words),
  ].join('\n')

function section(operation: InstanceOperation, words: PageWords): string[] {
  const { name, doc, request, response, action, permission } = operation
  const needed = permission === 'none' ? words.none : words.allowed(`\`${action}\``, permission)
  return [
    `## ${name}`,
    '',
    words.text(doc),
    '',
    `- ${words.labels.request}${described(request, words)}`,
    `- ${words.labels.response}${described(response, words)}`,
    `- ${words.labels.permission}${needed}`,
    '',
  ]
}

const described = (message: Message, words: PageWords): string =>
  Object.entries(message)
    .map(([name, { number, type }]) => `\`${name}\` ${number} ${type}`)
    .join(words.comma) || words.empty

const meanings = (words: PageWords): string[] => [
  `## ${words.labels.fields}`,
  '',
  words.labels.fieldHead,
  '|---|---|',
  ...Object.entries(fieldMeanings).map(([name, meaning]) => `| \`${name}\` | ${words.text(meaning)} |`),
  '',
]
