import { ClientError } from '../../sdk/errors.ts'
import { parseEndpoint, Transport, type TransportOptions, type WireResponse } from '../../sdk/transport.ts'
import { userAgent } from '../../sdk/user-agent.ts'
import { type AlipayAnswer, readAnswer } from './answer.ts'
import { type Application, type ApplicationOptions, applicationFrom } from './application.ts'
import { decryptContent } from './encryption.ts'
import { type Notification, verifiedNotification } from './notification.ts'
import { orderString, pageAddress, pageForm } from './page.ts'
import { type AlipayParameters, addressAndForm, type Parameters } from './parameters.ts'
import { type AlipayCallOptions, given, signedParameters } from './request.ts'
import { readV3Answer, signedV3Request, type V3Call, type V3Method } from './v3.ts'

export interface AlipayOptions extends ApplicationOptions, TransportOptions {
  /** of OpenAPI 2.0; `https://openapi.alipay.com/gateway.do` unless given */
  readonly gateway?: string | undefined
  /** of OpenAPI 3.0; the host of the gateway unless given */
  readonly endpoint?: string | undefined
}

/**
 * Calls the Alipay open platform with requests that a `Signer` signs, so the application's private key can stay in a KMS.
 *
 * @example
 * const signer = await heldKey(client, { keyId: 'alias/alipay' })
 * await using alipay = new Alipay({ appId, signer, alipayPublicKey })
 * const { isSuccess, content } = await alipay.execute('alipay.trade.query', { bizContent: { outTradeNo: '1' } })
 */
export class Alipay {
  readonly #application: Application
  readonly #gateway: URL
  readonly #gatewayTransport: Transport
  readonly #v3Transport: Transport

  /**
   * @throws SigningError `key`, `algorithm`, `certificate`
   * @throws ClientError `configuration`
   */
  constructor(options: AlipayOptions) {
    this.#application = applicationFrom(options)
    this.#gateway = gatewayFrom(options.gateway ?? 'https://openapi.alipay.com/gateway.do')
    this.#gatewayTransport = new Transport(this.#gateway, options)
    this.#v3Transport = new Transport(parseEndpoint(options.endpoint ?? this.#gateway.origin), options)
  }

  /**
   * Calls a method of OpenAPI 2.0 and verifies the answer. A refusal is an answer too: see `isSuccess`.
   *
   * @param method - such as `alipay.trade.query`
   * @throws SigningError `signature`, `certificate`, `document`, `key`
   * @throws ClientError, and whatever the signer throws
   */
  async execute(
    method: string,
    parameters: AlipayParameters = {},
    options: AlipayCallOptions = {},
  ): Promise<AlipayAnswer> {
    const signed = await signedParameters(this.#application, method, parameters, options)
    const { address, form } = addressAndForm(this.#gateway, signed)
    const response = await this.#gatewayTransport.send({
      method: 'POST',
      path: `${address.pathname}${address.search}`,
      headers: { ...this.#headers(this.#gatewayTransport), 'content-type': formType, accept: 'application/json' },
      body: new URLSearchParams(form).toString(),
    })
    return readAnswer(method, bodyText(response), this.#application, response.headers.trace_id)
  }

  /**
   * Prepares a payment on a page of Alipay's, such as `alipay.trade.page.pay`.
   *
   * @returns for GET an address to send the payer to, for POST a form that submits itself
   * @throws SigningError `document`, `key`, and whatever the signer throws
   */
  async pageExecute(
    method: string,
    httpMethod: 'GET' | 'POST',
    parameters: AlipayParameters,
    options: AlipayCallOptions = {},
  ): Promise<string> {
    const signed = await signedParameters(this.#application, method, parameters, options)
    const { address, form } = addressAndForm(this.#gateway, signed)
    return httpMethod === 'GET' ? pageAddress(address, form) : pageForm(address, form)
  }

  /**
   * Prepares a payment in an app, such as `alipay.trade.app.pay`.
   *
   * @returns the text that the app hands to Alipay's SDK
   * @throws SigningError `document`, `key`, and whatever the signer throws
   */
  async sdkExecute(method: string, parameters: AlipayParameters, options: AlipayCallOptions = {}): Promise<string> {
    return orderString(await signedParameters(this.#application, method, parameters, options))
  }

  /**
   * Calls a resource of OpenAPI 3.0 and verifies the answer. RSA keys only.
   *
   * @param path - such as `/v3/alipay/trade/query`
   * @throws SigningError `signature`, `certificate`, `document`, `algorithm`, `key`
   * @throws ClientError, and whatever the signer throws
   */
  async executeV3(method: V3Method, path: string, call: V3Call = {}): Promise<AlipayAnswer> {
    const request = await signedV3Request(this.#application, method, path, call)
    const headers = { ...this.#headers(this.#v3Transport), ...request.headers }
    const response = await this.#v3Transport.send({ ...request, headers })
    return readV3Answer(this.#application, response, call.needEncrypt === true)
  }

  /**
   * Verifies a notification that Alipay posted, and returns its fields.
   *
   * @param notification - the text of the form as it was received, or its decoded fields
   * @throws SigningError `signature`, `algorithm`, `certificate`, `document`
   */
  notification(notification: Notification): Parameters {
    return verifiedNotification(notification, this.#application)
  }

  /**
   * Decrypts a text that Alipay encrypted with the content key, such as a telephone number that a mini program got.
   *
   * @param base64 - what was received
   * @throws SigningError `document`, `key`
   */
  decrypt(base64: string): string {
    return decryptContent(given(this.#application.contentKey), base64)
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await Promise.all([this.#gatewayTransport.close(), this.#v3Transport.close()])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #headers(transport: Transport): Record<string, string> {
    return { host: transport.host, 'user-agent': userAgent() }
  }
}

const formType = 'application/x-www-form-urlencoded; charset=utf-8'

function gatewayFrom(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.hash !== '')
    throw new ClientError('configuration', 'The gateway is not a valid address.', { parameter: 'gateway' })
  return url
}

function bodyText({ status, body }: WireResponse): string {
  if (status === 200) return Buffer.from(body).toString('utf8')
  throw new ClientError('badResponse', `Alipay answered with status ${status}.`, { status })
}
