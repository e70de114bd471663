import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeName } from '../../../src/api/field.ts'
import { instanceOperations } from '../../../src/api/instance.ts'
import { type Operation, serviceCodes } from '../../../src/api/operation.ts'
import { operations } from '../../../src/api/operations.ts'
import { differences } from './chinese/differences.ts'
import { leftOut, notServed, ownFields, recordedModels } from './cloud-models.ts'
import { anchorOf } from './operations-page.ts'
import { chinese, english, type Words } from './words.ts'

interface PageWords extends Words {
  /** ends of the names of pages */
  readonly end: string
  readonly introduction: readonly string[]
  readonly head: string
  readonly instance: readonly string[]
  readonly notServed: readonly string[]
  readonly reason: (text: string) => string
  readonly gateway: Readonly<Record<Operation['hosts'][number], string>>
  readonly yes: string
  readonly refused: (field: string, why: string) => string
  readonly ignored: (field: string, why: string) => string
  readonly notAnswered: (field: string, why: string) => string
  readonly ownField: (field: string, why: string) => string
  readonly ownOperation: string
}

/** The page docs/reference/coverage.md: which operations there are, and by which way, made from the contract. */
export const coveragePage = (): string => page(inEnglish)
/** The same in Chinese. */
export const coveragePageInChinese = (): string => page(inChinese)

const inEnglish: PageWords = {
  ...english,
  end: '.md',
  introduction: [
    '# What is covered',
    '',
    english.other('coverage'),
    '',
    'Every operation of both gateways, made from the contract: which gateway answers it, by which method of the SDK and which',
    'command it is called, whether pages of the console do, and in what it differs from the models of the official clients.',
    'Fields and limits stand in [operations](operations.md) and [operations of the instance gateway](instance-operations.md);',
    'commands that do more than one operation, in the [guides](../guides/command-line.md).',
  ],
  head: '| operation | gateway | SDK | command | console | differs |',
  instance: [
    '## Instance gateway',
    '',
    'Protobuf messages; by `InstanceClient` of the SDK, and by `Client` and `TransferClient`, which turn to it by themselves',
    '([migration](../guides/migrate-to-kms-3.md)). These commands and the console call the public gateway.',
    '',
    '| operation | SDK |',
  ],
  notServed: [
    '## Not there',
    '',
    'What the models of the official clients have besides. It is refused with `InvalidAction.NotFound`.',
    '',
    '| operation | why not |',
  ],
  reason: (text) => text,
  gateway: { public: 'public', instance: 'instance' },
  yes: 'yes',
  refused: (field, why) => `${field} is refused: ${why}`,
  ignored: (field, why) => `${field} is passed over: ${why}`,
  notAnswered: (field, why) => `${field} is not answered: ${why}`,
  ownField: (field, why) => `${field} is Keyhaven’s own: ${why}`,
  ownOperation: 'Keyhaven’s own',
}

const inChinese: PageWords = {
  ...chinese,
  end: '.zh-CN.md',
  introduction: [
    '# 覆盖范围',
    '',
    chinese.other('coverage'),
    '',
    '两个网关的全部接口，由契约生成：由哪个网关应答，用 SDK 的哪个方法、哪个命令调用，控制台页面是否使用，以及与官方客户端模型的差异。参数与限制见[接口](operations.zh-CN.md)与',
    '[实例网关的接口](instance-operations.zh-CN.md)；一次完成多个操作的命令见[指南](../guides/command-line.zh-CN.md)。',
  ],
  head: '| 接口 | 网关 | SDK | 命令 | 控制台 | 差异 |',
  instance: [
    '## 实例网关',
    '',
    'Protobuf 消息；使用 SDK 的 `InstanceClient`，也可使用会自行选用它的 `Client` 与 `TransferClient`（[迁移](../guides/migrate-to-kms-3.zh-CN.md)）。上述命令与控制台调用公共网关。',
    '',
    '| 接口 | SDK |',
  ],
  notServed: [
    '## 没有的接口',
    '',
    '官方客户端模型中另有的接口。调用会以 `InvalidAction.NotFound` 拒绝。',
    '',
    '| 接口 | 原因 |',
  ],
  reason: (text) => {
    const translated = differences[text]
    if (translated === undefined) throw new Error(`test/tools/docs/chinese/differences.ts lacks: ${text}`)
    return translated
  },
  gateway: { public: '公共', instance: '实例' },
  yes: '是',
  refused: (field, why) => `拒绝 ${field}：${why}`,
  ignored: (field, why) => `忽略 ${field}：${why}`,
  notAnswered: (field, why) => `不返回 ${field}：${why}`,
  ownField: (field, why) => `${field} 为 Keyhaven 特有：${why}`,
  ownOperation: 'Keyhaven 特有',
}

function page(words: PageWords): string {
  const products = [...new Set(operations.map(({ api }) => api.product))]
  return [
    ...words.introduction,
    '',
    ...products.flatMap((product) => productTable(product, words)),
    ...words.instance,
    '|---|---|',
    ...instanceOperations.map(({ name }) => {
      const link = `[${name}](instance-operations${words.end}#${name.toLowerCase()})`
      return `| ${link} | ${methodOf('InstanceClient', name)} |`
    }),
    '',
    ...words.notServed,
    '|---|---|',
    ...missing().map(({ name, why }) => `| ${name} | ${words.reason(why)} |`),
    '',
  ].join('\n')
}

function productTable(product: Operation['api']['product'], words: PageWords): string[] {
  const own = operations.filter(({ api }) => api.product === product)
  return [
    `## ${product} ${own[0]?.api.version}`,
    '',
    words.head,
    '|---|---|---|---|---|---|',
    ...own.map((operation) => `| ${cells(operation, words).join(' | ')} |`),
    '',
  ]
}

const clients = { Kms: 'Client', Keyhaven: 'Client', Ram: 'RamClient', Ims: 'RamClient', Sts: 'StsClient' }

const cells = (operation: Operation, words: PageWords): string[] => [
  `[${operation.name}](operations${words.end}#${anchorOf(operation)})`,
  operation.hosts.map((host) => words.gateway[host]).join(words.comma),
  methodOf(clients[operation.api.product], operation.name),
  `\`keyhaven ${serviceCodes[operation.api.product]} ${operation.name}\``,
  calledByConsole(operation) ? words.yes : '',
  differencesOf(operation, words).join(words.pause),
]

function differencesOf({ name, api, request }: Operation, words: PageWords): string[] {
  const prefix = `${api.product} ${name} `
  const about = (table: Readonly<Record<string, string>>, part: string) =>
    Object.entries(table)
      .filter(([where]) => where.startsWith(`${prefix}${part} `))
      .map(([where, why]) => [`\`${where.slice(prefix.length + part.length + 1)}\``, words.reason(why)] as const)
  return [
    ...(api.product === 'Keyhaven' ? [words.ownOperation] : []),
    ...Object.entries(request).flatMap(([field, { refused }]) =>
      refused === undefined ? [] : [words.refused(`\`${field}\``, words.text(refused))],
    ),
    ...about(leftOut, 'request').map(([field, why]) => words.ignored(field, why)),
    ...about(leftOut, 'response').map(([field, why]) => words.notAnswered(field, why)),
    ...about(ownFields, 'request').map(([field, why]) => words.ownField(field, why)),
  ]
}

const source = join(import.meta.dirname, '../../../src')
const textsOf = (pattern: string): readonly string[] =>
  globSync(pattern, { cwd: source }).map((file) => readFileSync(join(source, file), 'utf8'))

const ofConsole = textsOf('console/**/*.{ts,tsx}')
const ofClients = new Map(
  textsOf('sdk/*-client.ts')
    .concat(textsOf('sdk/client.ts'))
    .map((text) => [/^export class (\w+)/m.exec(text)?.[1] ?? '', text]),
)

/** Pages import the operations that they call. */
const calledByConsole = ({ name, api }: Operation): boolean =>
  ofConsole.some((text) =>
    [...text.matchAll(/^import (?:type )?\{([^}]*)\} from '[./]*\/api\/([\w-]+)\.ts'/gm)].some(
      ([, names = '', family = '']) =>
        new RegExp(`\\b${name}\\b`).test(names) && family.startsWith('ram') === (serviceCodes[api.product] === 'ram'),
    ),
  )

function methodOf(client: string, operation: string): string {
  const method = codeName(operation)
  if (!new RegExp(`^ {2}readonly ${method}\\b`, 'm').test(ofClients.get(client) ?? ''))
    throw new Error(`${client} has no ${method}`)
  return `\`${client}.${method}\``
}

/** What the models of the official clients have and nobody answers. */
function missing(): { readonly name: string; readonly why: string }[] {
  const served = new Set(operations.map(({ name, api }) => `${api.product} ${name}`))
  return Object.entries(recordedModels())
    .flatMap(([product, { models }]) => [...models.keys()].map((name) => `${product} ${name}`))
    .filter((name) => !served.has(name))
    .map((name) => {
      const reason = Object.entries(notServed).find(([, which]) => which.test(name))?.[0]
      if (reason === undefined) throw new Error(`cloud-models.ts does not say why ${name} is not served`)
      return { name, why: reason }
    })
}
