import { isPlainObject } from './codec.ts'
import { ClientError, ServiceError } from './errors.ts'
import type { WireResponse } from './transport.ts'

/** A successful answer, as the service wrote it. */
export interface RpcAnswer {
  /** wire names */
  readonly body: Readonly<Record<string, unknown>>
  readonly requestId: string
}

/**
 * Reads the answer of an OpenAPI gateway.
 *
 * @throws ServiceError if the service reports an error; ClientError `badResponse` if the answer is not its own
 */
export function readAnswer({ status, headers, body }: WireResponse): RpcAnswer {
  const parsed = parseObject(body)
  const isSuccess = status >= 200 && status < 300
  if (parsed === undefined || (!isSuccess && textOf(parsed, 'Code') === ''))
    throw new ClientError('badResponse', `The server answered with HTTP status ${status} and no readable body.`, {
      status,
    })
  const requestId = textOf(parsed, 'RequestId') || (headers['x-acs-request-id'] ?? '')
  if (isSuccess) return { body: parsed, requestId }
  throw new ServiceError({
    code: textOf(parsed, 'Code'),
    message: withoutEcho(textOf(parsed, 'Message')),
    status,
    requestId,
    retryAfterMs: retryAfter(headers['x-acs-retry-after']),
    accessDeniedDetail: accessDenied(parsed.AccessDeniedDetail),
    date: headers.date,
  })
}

function parseObject(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return isPlainObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function textOf(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name]
  return typeof value === 'string' ? value : ''
}

/** Signature errors may echo the string to sign, which holds every parameter and so the plaintext. */
const withoutEcho = (message: string): string => message.replace(/[.,]?\s*server string ?to ?sign is.*$/is, '.')

function retryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,9}$/.test(header) ? Number(header) : undefined
}

function accessDenied(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isPlainObject(value)) return undefined
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]))
}
