import { encodeBase64 } from '../../crypto/base64.ts'
import { SigningError } from '../errors.ts'
import type { Application } from './application.ts'
import { type ContentKey, encryptContent } from './encryption.ts'
import {
  type AlipayParameters,
  asSent,
  chinaTime,
  inSnakeCase,
  type Parameters,
  requireOwn,
  signContent,
} from './parameters.ts'

/** What else may be said about a call. */
export interface AlipayCallOptions {
  /** encrypts the business parameters, and expects an encrypted answer */
  readonly needEncrypt?: boolean | undefined
  /** leaves the names in the business parameters as they are written */
  readonly isVerbatim?: boolean | undefined
}

/**
 * The parameters of a call of OpenAPI 2.0, with their signature: system parameters, the caller's, `biz_content`.
 *
 * @throws SigningError `document`, `key`, and whatever the signer throws
 */
export async function signedParameters(
  application: Application,
  method: string,
  given: AlipayParameters,
  options: AlipayCallOptions,
): Promise<Parameters> {
  requireOwn(given)
  const { bizContent, biz_content: alsoBizContent, ...others } = given
  const { appId, signType, now, sns } = application
  const parameters = asSent({
    ...{ method, appId, charset: 'utf-8', version: '1.0', signType, timestamp: chinaTime(now()) },
    ...others,
    ...(sns && { appCertSn: sns.application, alipayRootCertSn: sns.root }),
    ...businessParameters(bizContent ?? alsoBizContent, options, application.contentKey),
  })
  const signature = await application.signer.sign(Buffer.from(signContent(parameters)))
  return { ...parameters, sign: encodeBase64(signature) }
}

function businessParameters(
  content: unknown,
  { needEncrypt = false, isVerbatim = false }: AlipayCallOptions,
  key: ContentKey | undefined,
): Record<string, string> {
  if (content === undefined) return {}
  const text = typeof content === 'string' ? content : JSON.stringify(isVerbatim ? content : inSnakeCase(content))
  return needEncrypt ? { encryptType: 'AES', bizContent: encryptContent(given(key), text) } : { bizContent: text }
}

/** @throws SigningError `key` */
export function given(key: ContentKey | undefined): ContentKey {
  if (key !== undefined) return key
  throw new SigningError('key', 'There is no content key to encrypt with.', { parameter: 'encryptKey' })
}
