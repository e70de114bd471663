import { errors } from '../api/errors.ts'

export interface ServiceErrorDetails {
  readonly code: string
  readonly message: string
  readonly status: number
  readonly requestId: string
  /** milliseconds the service asks to wait before the next call */
  readonly retryAfterMs?: number | undefined
  readonly accessDeniedDetail?: Readonly<Record<string, string>> | undefined
  /** header `date` of the answer */
  readonly date?: string | undefined
  readonly cause?: unknown
}

/** The service answered, and the answer is an error. `code` is the service's own, such as `Forbidden.KeyNotFound`. */
export class ServiceError extends Error {
  readonly code: string
  readonly status: number
  /** names the call in the service's log and audit; empty if the answer had none */
  readonly requestId: string
  readonly retryAfterMs: number | undefined
  /** what exactly was refused, on permission errors */
  readonly accessDeniedDetail: Readonly<Record<string, string>> | undefined
  /** milliseconds that this machine's clock is ahead of the server's, to a second or so; undefined if it didn't tell */
  readonly clockAheadMs: number | undefined

  constructor(details: ServiceErrorDetails) {
    super(details.message, { cause: details.cause })
    this.name = 'ServiceError'
    this.code = details.code
    this.status = details.status
    this.requestId = details.requestId
    this.retryAfterMs = details.retryAfterMs
    this.accessDeniedDetail = details.accessDeniedDetail
    const serverMs = Date.parse(details.date ?? '')
    this.clockAheadMs = Number.isNaN(serverMs) ? undefined : Date.now() - serverMs
  }

  /** The same call may succeed when sent again. */
  get retryable(): boolean {
    return isRetryableCode(this.code)
  }

  /** The service refused to begin, so a repetition cannot have a double effect. */
  get throttled(): boolean {
    return isThrottlingCode(this.code)
  }
}

const isThrottlingCode = (code: string): boolean => code.split('.').includes('Throttling')

/** Codes that gateways of the real cloud put in front of the service's own table. */
const gatewayCodes: readonly string[] = ['InternalError', 'ServiceUnavailable']

/** Whether a code of the service, or of a gateway in front of it, invites another attempt. */
function isRetryableCode(code: string): boolean {
  if (Object.hasOwn(errors, code)) return errors[code as keyof typeof errors].retryable
  return isThrottlingCode(code) || gatewayCodes.includes(code)
}

export type ClientErrorCode =
  /** the client was set up wrongly: a missing endpoint, an unreadable CA file */
  | 'configuration'
  /** a request that cannot be written down: a missing or mistyped field */
  | 'invalidRequest'
  /** no credentials, or their source failed */
  | 'credentials'
  /** the connection could not be made, or broke */
  | 'network'
  /** the certificate of the server was not accepted */
  | 'certificate'
  /** a limit of time was reached */
  | 'timeout'
  /** the caller's AbortSignal fired */
  | 'aborted'
  /** the answer is not one of this service */
  | 'badResponse'

export interface ClientErrorDetails {
  readonly cause?: unknown
  /** name of the field or setting at fault */
  readonly parameter?: string
  /** HTTP status of an answer that could not be read */
  readonly status?: number
  /** nothing of the request can have reached the server */
  readonly notSent?: boolean
}

/** The call failed on this side of the wire, or on the way. */
export class ClientError extends Error {
  readonly code: ClientErrorCode
  readonly parameter: string | undefined
  readonly status: number | undefined
  readonly notSent: boolean

  constructor(code: ClientErrorCode, message: string, details: ClientErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.name = 'ClientError'
    this.code = code
    this.parameter = details.parameter
    this.status = details.status
    this.notSent = details.notSent ?? false
  }
}
