/** What reference pages say around the texts of the contract, in each language. */
import { inChinese } from '../../../src/api/chinese.ts'
import type { Field } from '../../../src/api/field.ts'
import type { Access, Host, Operation } from '../../../src/api/operation.ts'
import type { SpanWords } from '../../../src/cli/operation-help.ts'

export interface Words {
  /** the line under the title that leads to the other language */
  readonly other: (page: string) => string
  /** a text of the contract */
  readonly text: (english: string) => string
  /** between two parts of a meaning */
  readonly pause: string
  /** between two values */
  readonly comma: string
  readonly and: string
  readonly spans: SpanWords | undefined
  readonly kinds: Readonly<Record<Field['kind'], string>>
  readonly listOf: (kind: string) => string
  readonly presence: Readonly<Record<Field['presence'], string>>
  readonly hosts: Readonly<Record<Host, string>>
  readonly access: Readonly<Record<Access, string>>
  readonly on: (actions: string, resource: Operation['resource']) => string
}

export const english: Words = {
  other: (page) => `[中文](${page}.zh-CN.md)`,
  text: (text) => text,
  pause: '; ',
  comma: ', ',
  and: ' and ',
  spans: undefined,
  kinds: {
    string: 'string',
    bytes: 'bytes',
    integer: 'integer',
    boolean: 'boolean',
    stringMap: 'map of strings, JSON',
    json: 'JSON',
    list: 'list',
    object: 'object',
  },
  listOf: (kind) => `list of ${kind}s`,
  presence: { required: 'required', optional: 'optional', default: 'default' },
  hosts: { public: 'the public gateway', instance: 'the host of a KMS instance' },
  access: { look: ' (look)', manage: ' (manage)', use: ' (use)' },
  on: (actions, resource) => `${actions} on ${resource}`,
}

const chineseResources: Readonly<Record<Operation['resource'], string>> = {
  none: '',
  key: '密钥',
  keys: '多个密钥',
  'key container': '密钥容器',
  'alias and key': '别名与密钥',
  'alias container': '别名容器',
  'managed data key': '托管数据密钥',
  certificate: '证书',
  'certificate container': '证书容器',
  'key or secret': '密钥或凭据',
  secret: '凭据',
  'secret container': '凭据容器',
  instance: '实例',
  'application access': '应用接入',
  account: '账号',
}

export const chinese: Words = {
  other: (page) => `[English](${page}.md)`,
  text: (text) => {
    const translated = text === '' ? '' : inChinese(text)
    if (translated === undefined) throw new Error(`src/api/chinese/ has no Chinese for: ${text}`)
    return translated
  },
  pause: '；',
  comma: '、',
  and: ' 与 ',
  spans: {
    between: (from, to) => `${from} 至 ${to}`,
    atMost: (to) => `至多 ${to}`,
    atLeast: (from) => `至少 ${from}`,
    units: { bytes: ' 字节', items: ' 项', characters: ' 个字符' },
  },
  kinds: {
    string: '字符串',
    bytes: '字节',
    integer: '整数',
    boolean: '布尔值',
    stringMap: '字符串映射，JSON',
    json: 'JSON',
    list: '列表',
    object: '对象',
  },
  listOf: (kind) => `${kind}列表`,
  presence: { required: '必填', optional: '可选', default: '默认' },
  hosts: { public: '公共网关', instance: 'KMS 实例的域名' },
  access: { look: '（查看）', manage: '（管理）', use: '（使用）' },
  on: (actions, resource) => `${actions}，资源为${chineseResources[resource]}`,
}
