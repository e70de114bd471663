import { ClientError } from '../../sdk/errors.ts'
import { SigningError } from '../errors.ts'
import { type ContentKey, decryptContent } from './encryption.ts'
import { jsonMembers } from './json-members.ts'
import { type KeyFinder, requireAlipaySignature } from './verifier.ts'

/** What Alipay answered. */
export interface AlipayAnswer {
  /** `code` is 10000, or there is neither `code` nor `sub_code` */
  readonly isSuccess: boolean
  /** `10000`, `40004`…; empty where the method answers without */
  readonly code: string
  readonly message: string
  readonly subCode: string
  readonly subMessage: string
  /** the members of the answer, by the names of the documentation */
  readonly content: Readonly<Record<string, unknown>>
  /** the whole text as it was received */
  readonly body: string
  /** names the call at Alipay; empty if it didn't say */
  readonly traceId: string
}

export interface AnswerKeys {
  readonly keyFor: KeyFinder
  readonly contentKey: ContentKey | undefined
}

/**
 * Reads and verifies an answer of the gateway. Alipay does not sign every refusal, so a refusal may lack a signature;
 * a success may not, and a signature that is there has to be right.
 *
 * @throws SigningError `signature`, `certificate`, `document`
 * @throws ClientError `badResponse`
 */
export function readAnswer(method: string, body: string, keys: AnswerKeys, traceId = ''): AlipayAnswer {
  const members = jsonMembers(body)
  const name = `${method.replaceAll('.', '_')}_response`
  const raw = members?.get(name) ?? members?.get('error_response')
  if (members === undefined || raw === undefined)
    throw new ClientError('badResponse', `Alipay's answer has no ${name}.`)
  const sign = textOf(members.get('sign'))
  if (sign !== '') requireAlipaySignature(keys.keyFor(textOf(members.get('alipay_cert_sn'))), raw, sign, 'the answer')
  const answer = { ...outcome(contentOf(raw, keys.contentKey)), body, traceId }
  if (answer.isSuccess && sign === '')
    throw new SigningError('signature', "Alipay's answer is not signed.", { parameter: 'sign' })
  return answer
}

/** What the members of an answer say about its success. */
export function outcome(content: Readonly<Record<string, unknown>>): Omit<AlipayAnswer, 'body' | 'traceId'> {
  const { code, msg, sub_code: subCode, sub_msg: subMessage } = content
  const isSuccess = code === undefined ? subCode === undefined : code === '10000'
  return {
    isSuccess,
    code: String(code ?? ''),
    message: String(msg ?? ''),
    subCode: String(subCode ?? ''),
    subMessage: String(subMessage ?? ''),
    content,
  }
}

function contentOf(raw: string, key: ContentKey | undefined): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(raw)
  if (typeof value !== 'string') return objectOf(value)
  if (key === undefined)
    throw new SigningError('key', 'The answer is encrypted, and there is no content key.', { parameter: 'encryptKey' })
  return parsedObject(decryptContent(key, value))
}

/** @throws ClientError `badResponse` */
export function parsedObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return objectOf(JSON.parse(text))
  } catch (cause) {
    throw new ClientError('badResponse', "Alipay's answer is no JSON object.", { cause })
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ClientError('badResponse', "Alipay's answer is no JSON object.")
  return { ...value }
}

function textOf(raw: string | undefined): string {
  const value: unknown = raw === undefined ? '' : JSON.parse(raw)
  return typeof value === 'string' ? value : ''
}
