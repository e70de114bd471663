import { ClientError } from './errors.ts'

/** Errors that come before the first byte of the request is written: it cannot have had an effect. */
const beforeSending: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

const reasons: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nobody listens there'],
  ['ENOTFOUND', 'the host name is unknown'],
  ['EAI_AGAIN', 'the host name could not be looked up'],
  ['ECONNRESET', 'the connection was reset'],
  ['UND_ERR_SOCKET', 'the connection broke'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection in time'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak TLS; try http://'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'it does not speak TLS; try http://'],
])

/** What OpenSSL and Node report about a certificate that isn't accepted. */
const isCertificateCode = (code: string): boolean =>
  /CERT|^UNABLE_TO_|^ERR_TLS_CERT|SELF_SIGNED|^HOSTNAME_MISMATCH$|^INVALID_CA$|^PATH_LENGTH_EXCEEDED$/.test(code)

export interface Way {
  /** of the server */
  readonly origin: string
  /** between here and the server, without credentials */
  readonly proxy: URL | undefined
  /** no certificate was shown to the server, and it has not answered yet */
  readonly isUnknown?: boolean
}

/**
 * Turns what the HTTP library throws into a ClientError that says what happened, without any content of the request.
 *
 * @param isAborted - the caller's own signal fired; otherwise an abort means that the attempt took too long
 */
export function transportFailure(way: Way, cause: unknown, isAborted: boolean): ClientError {
  const code = codeOf(cause)
  const { origin } = way
  if (isAborted) return new ClientError('aborted', 'The call was aborted.', { cause })
  const refusal = /^Proxy response \((\d+)\)/.exec(textOf(cause))?.[1]
  if (refusal !== undefined) return refusedByProxy(way, refusal, cause)
  const through = way.proxy === undefined ? '' : ` through the proxy ${way.proxy.origin}`
  if (code === 'UND_ERR_ABORTED' || (cause as Error | undefined)?.name === 'AbortError')
    return new ClientError('timeout', `${origin} did not answer in time${through}.`, { cause })
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return new ClientError('timeout', `${origin} could not be reached in time${through}.`, { cause, notSent: true })
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return new ClientError('badResponse', `The answer of ${origin} is too long.`, { cause })
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW')
    return new ClientError('badResponse', `${origin} does not answer in HTTP.`, { cause })
  if (isCertificateCode(code))
    return new ClientError('certificate', certificateText(origin, code, cause), { cause, notSent: true })
  const advice = code === 'UND_ERR_SOCKET' && way.isUnknown ? '; it may ask for a client certificate' : ''
  const reason = (reasons.get(code) ?? textOf(cause)) + advice
  return new ClientError('network', `${origin} cannot be reached${through}: ${reason}.`, {
    cause,
    notSent: beforeSending.has(code),
  })
}

function refusedByProxy({ origin, proxy }: Way, status: string, cause: unknown): ClientError {
  const advice = status === '407' ? '; it asks for credentials' : ''
  const message = `The proxy ${proxy?.origin} refuses the way to ${origin} (HTTP status ${status}${advice}).`
  return new ClientError('network', message, { cause, notSent: true })
}

/** Node's own advice, after the semicolon, is about a program's command line. */
function certificateText(origin: string, code: string, cause: unknown): string {
  const [what = ''] = textOf(cause).split(';')
  const advice = /^UNABLE_TO_|SELF_SIGNED/.test(code)
    ? ' The CA file must hold the CA that issued it.'
    : /^CERT_(?:NOT_YET_VALID|HAS_EXPIRED)$/.test(code)
      ? ` The clock of this machine says ${new Date().toISOString().slice(0, 16)}Z.`
      : ''
  return `The certificate of ${origin} is not accepted: ${what}.${advice}`
}

/** With several addresses tried, Node wraps their errors in one; the first tells as much as all. */
function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return codeOf(cause.errors[0])
  return String((cause as { code?: unknown } | undefined)?.code ?? '')
}

function textOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown error'
  return (cause.message || codeOf(cause)).replace(/[\s.]+$/, '').replaceAll('\n', ' ')
}
