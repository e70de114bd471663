import type { Language } from './texts.ts'

/** What the server says of events, which is English, and how that is said in Chinese. */
const inChinese: readonly (readonly [english: RegExp, chinese: string])[] = [
  [/^The server certificate ends at (\S+)\.$/, '服务器证书于 $1 到期。'],
  [/^The ClientKey ends at (\S+)\.$/, 'ClientKey 于 $1 到期。'],
  [/^The key material ends at (\S+)\.$/, '密钥材料于 $1 过期。'],
  [/^It is deleted for good at (\S+) unless that is cancelled\.$/, '将于 $1 永久删除，除非取消。'],
  [/^Its rotation has failed (\S+) times in a row\.$/, '轮转已连续失败 $1 次。'],
  [/^(\S+) of (\S+) are there: more than (\S+) %\.$/, '已有 $1 个，上限 $2 个：超过 $3 %。'],
  [/^A new version was made\.$/, '已创建新版本。'],
  [/^It has a new version\.$/, '已有新版本。'],
  [/^It was deleted for good\.$/, '已永久删除。'],
  [/^Its imported material was destroyed\.$/, '导入的密钥材料已销毁。'],
]

export interface EventMessage {
  readonly text: string
  readonly language: Language
}

/** What happened, in the language of the reader; in the server's own words where it says something unheard of. */
export function eventMessage(language: Language, message: string): EventMessage {
  const [english, chinese] = inChinese.find(([pattern]) => pattern.test(message)) ?? []
  return language === 'zh-CN' && english && chinese
    ? { text: message.replace(english, chinese), language }
    : { text: message, language: 'en-US' }
}
