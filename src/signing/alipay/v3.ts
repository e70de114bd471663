import { randomUUID } from 'node:crypto'
import { encodeBase64 } from '../../crypto/base64.ts'
import { ClientError } from '../../sdk/errors.ts'
import type { WireRequest, WireResponse } from '../../sdk/transport.ts'
import { SigningError } from '../errors.ts'
import { type AlipayAnswer, parsedObject } from './answer.ts'
import type { Application } from './application.ts'
import { decryptContent, encryptContent } from './encryption.ts'
import { given } from './request.ts'
import { requireAlipaySignature } from './verifier.ts'

export type V3Method = WireRequest['method']

/** The contents of a call of OpenAPI 3.0; names are sent as they are written. */
export interface V3Call {
  readonly query?: Readonly<Record<string, string | number>> | undefined
  readonly body?: object | undefined
  readonly appAuthToken?: string | undefined
  /** encrypts the body, and expects an encrypted answer */
  readonly needEncrypt?: boolean | undefined
}

/**
 * A call of OpenAPI 3.0 with its `authorization`.
 *
 * @param path - such as `/v3/alipay/trade/query`
 * @param nonce - for tests; a random UUID otherwise
 * @throws SigningError `algorithm`, `key`, and whatever the signer throws
 */
export async function signedV3Request(
  application: Application,
  method: V3Method,
  path: string,
  call: V3Call,
  nonce: string = randomUUID(),
): Promise<WireRequest> {
  const { appId, sns, signer, now } = application
  if (application.signType !== 'RSA2')
    throw new SigningError('algorithm', 'OpenAPI 3.0 is signed with RSA only.', { parameter: 'signer' })
  const query = new URLSearchParams(Object.entries(call.query ?? {}).map(([name, value]) => [name, String(value)]))
  const target = query.size === 0 ? path : `${path}?${query}`
  const body = bodyOf(application, method, call)
  const certificate = sns === undefined ? '' : `,app_cert_sn=${sns.application}`
  const who = `app_id=${appId}${certificate},nonce=${nonce},timestamp=${now().getTime()}`
  const token = call.appAuthToken === undefined ? '' : `${call.appAuthToken}\n`
  const signature = await signer.sign(Buffer.from(`${who}\n${method}\n${target}\n${body}\n${token}`))
  const headers = {
    accept: 'application/json',
    authorization: `ALIPAY-SHA256withRSA ${who},sign=${encodeBase64(signature)}`,
    'alipay-request-id': nonce.replaceAll('-', ''),
    ...(method === 'GET' ? {} : { 'content-type': call.needEncrypt ? 'text/plain' : 'application/json' }),
    ...(call.needEncrypt && { 'alipay-encryption-algm': 'AES', 'alipay-encrypt-type': 'AES' }),
    ...(sns && { 'alipay-root-cert-sn': sns.root }),
    ...(call.appAuthToken === undefined ? {} : { 'alipay-app-auth-token': call.appAuthToken }),
  }
  return { method, path: target, headers, body }
}

function bodyOf({ contentKey }: Application, method: V3Method, { body, needEncrypt = false }: V3Call): string {
  if (method === 'GET' && body !== undefined)
    throw new SigningError('document', 'A GET carries no body.', { parameter: 'body' })
  const text = body === undefined ? '' : JSON.stringify(body)
  return needEncrypt ? encryptContent(given(contentKey), text) : text
}

/**
 * Reads and verifies an answer of OpenAPI 3.0. As with 2.0, only a refusal may lack a signature.
 *
 * @throws SigningError `signature`, `certificate`, `document`
 * @throws ClientError `badResponse`
 */
export function readV3Answer(application: Application, response: WireResponse, isEncrypted: boolean): AlipayAnswer {
  const body = Buffer.from(response.body).toString('utf8')
  const { headers, status } = response
  const isSuccess = status >= 200 && status < 300
  requireV3Signature(application, headers, body, isSuccess)
  const text = isEncrypted && isSuccess ? decryptContent(given(application.contentKey), body) : body
  const content = text === '' && isSuccess ? {} : refusalOr(isSuccess, status, text)
  return {
    ...{ isSuccess, content, body, code: String(content.code ?? ''), message: String(content.message ?? '') },
    ...{ subCode: '', subMessage: '', traceId: headers['alipay-trace-id'] ?? '' },
  }
}

function requireV3Signature(
  { keyFor }: Application,
  headers: WireResponse['headers'],
  body: string,
  isSuccess: boolean,
): void {
  const sign = headers['alipay-signature'] ?? ''
  if (sign === '' && !isSuccess) return
  if (sign === '') throw new SigningError('signature', "Alipay's answer is not signed.", { parameter: 'sign' })
  const signed = `${headers['alipay-timestamp']}\n${headers['alipay-nonce']}\n${body}\n`
  requireAlipaySignature(keyFor(headers['alipay-sn']), signed, sign, 'the answer')
}

function refusalOr(isSuccess: boolean, status: number, text: string): Readonly<Record<string, unknown>> {
  try {
    return parsedObject(text)
  } catch (cause) {
    if (isSuccess) throw cause
    throw new ClientError('badResponse', `Alipay answered with status ${status}.`, { cause, status })
  }
}
