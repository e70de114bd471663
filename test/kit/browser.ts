import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { keyhavenApi } from '../../src/api/operation.ts'
import { signAcs3 } from '../../src/wire/acs3-signature.ts'
import type { SigningCredentials } from '../../src/wire/rpc-signature.ts'
import { type Answer, encodePairs, nextNonce } from './openapi.ts'

export interface BrowserAnswer extends Answer {
  readonly setCookie: string | undefined
}

export interface BrowserCall {
  readonly version?: string
  /** in place of what a page of the console sends; `undefined` leaves one out */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly method?: string
  readonly target?: string
}

/** What a page of the console sends, and a cookie jar for one cookie. */
export class Browser {
  readonly #endpoint: string
  readonly #caFile: string
  cookie: string | undefined

  constructor(endpoint: string, caFile: string) {
    this.#endpoint = endpoint
    this.#caFile = caFile
  }

  /** Signs in as a page does: the secret signs one request, and nothing else is sent of it. */
  async signIn(credentials: SigningCredentials, call: BrowserCall = {}): Promise<BrowserAnswer> {
    const signed = signAcs3({
      method: 'POST',
      host: new URL(this.#endpoint).host,
      ...{ action: 'CreateConsoleSession', version: keyhavenApi.version, query: [], body: '', credentials },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      date: new Date(),
      nonce: nextNonce(),
    })
    return await this.#send('', { ...call, headers: { ...signed, ...call.headers } })
  }

  async call(
    action: string,
    parameters: Readonly<Record<string, string>> = {},
    call: BrowserCall = {},
  ): Promise<BrowserAnswer> {
    const { version = keyhavenApi.version } = call
    return await this.#send(encodePairs(Object.entries({ Action: action, Version: version, ...parameters })), call)
  }

  async #send(body: string, { headers = {}, method = 'POST', target = '/' }: BrowserCall): Promise<BrowserAnswer> {
    const usual = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-keyhaven-console': '1',
      'sec-fetch-site': 'same-origin',
      'user-agent': 'TestBrowser/1',
      origin: new URL(this.#endpoint).origin,
      cookie: this.cookie,
      'content-length': String(Buffer.byteLength(body)),
      ...headers,
    }
    const sent = Object.fromEntries(Object.entries(usual).filter((entry): entry is [string, string] => !!entry[1]))
    const options = { method, headers: sent, path: target, agent: false as const }
    const request = this.#endpoint.startsWith('https:')
      ? secureRequest(this.#endpoint, { ...options, ca: readFileSync(this.#caFile), servername: 'localhost' })
      : plainRequest(this.#endpoint, options)
    request.end(body)
    const [message] = await once(request, 'response')
    const chunks: Buffer[] = []
    for await (const chunk of message) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    const setCookie: string | undefined = message.headers['set-cookie']?.join()
    if (setCookie !== undefined) {
      const [pair = ''] = setCookie.split(';', 1)
      this.cookie = setCookie.includes('Max-Age=0') ? undefined : pair
    }
    const isJson = String(message.headers['content-type']).startsWith('application/json')
    return { status: message.statusCode, headers: message.headers, body: isJson ? JSON.parse(text) : text, setCookie }
  }
}
