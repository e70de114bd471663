import { parseTime } from '../../api/time.ts'
import { isPlainObject } from '../codec.ts'
import { ClientError } from '../errors.ts'
import { Transport, type TransportOptions, type WireResponse } from '../transport.ts'
import { userAgent } from '../user-agent.ts'
import type { ExpiringCredentials } from './refreshing.ts'

export interface SourceRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/**
 * One request to a source of credentials, over a connection of its own: they are asked every few minutes at most.
 *
 * @throws ClientError as `Transport.send`
 */
export async function askSource(request: SourceRequest, options: TransportOptions = {}): Promise<WireResponse> {
  const { method, url, headers, body = '' } = request
  const transport = new Transport(new URL(url.origin), options)
  try {
    return await transport.send({
      method,
      path: url.pathname + url.search,
      headers: { host: transport.host, 'user-agent': userAgent(), accept: 'application/json', ...headers },
      body,
    })
  } finally {
    await transport.close()
  }
}

/** Names of the members of an answer that holds credentials. */
export interface MemberNames {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken: string
  readonly expiration: string
}

export const wireNames: MemberNames = {
  accessKeyId: 'AccessKeyId',
  accessKeySecret: 'AccessKeySecret',
  securityToken: 'SecurityToken',
  expiration: 'Expiration',
}

/**
 * Temporary credentials out of the answer of `source`. Nothing of the answer is quoted in an error: it may hold secrets.
 *
 * @throws ClientError `credentials`
 */
export function temporaryCredentials(
  source: string,
  answer: unknown,
  names: MemberNames = wireNames,
): ExpiringCredentials {
  const text = (name: keyof MemberNames): string => {
    const value = isPlainObject(answer) ? answer[names[name]] : undefined
    if (typeof value !== 'string' || value === '') throw incomplete(source, `gave no ${names[name]}`)
    return value
  }
  const expiresAt = parseTime(text('expiration'))
  if (Number.isNaN(expiresAt)) throw incomplete(source, `gave no time as ${names.expiration}`)
  return {
    accessKeyId: text('accessKeyId'),
    accessKeySecret: text('accessKeySecret'),
    securityToken: text('securityToken'),
    expiresAt,
  }
}

/** @throws ClientError `credentials` if the source refused or its answer is not JSON */
export function jsonAnswer(source: string, { status, body }: WireResponse): unknown {
  if (status !== 200) throw incomplete(source, `answered with HTTP status ${status}`)
  return parseJson(source, new TextDecoder().decode(body))
}

/** @throws ClientError `credentials` */
export function parseJson(source: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // the parser's own message quotes the text
    throw incomplete(source, 'is not JSON')
  }
}

export const incomplete = (source: string, why: string, cause?: unknown): ClientError =>
  new ClientError('credentials', `The source of credentials "${source}" ${why}.`, { cause })
