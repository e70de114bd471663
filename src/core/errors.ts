import { errors, type KmsErrorCode } from '../api/errors.ts'

export interface KmsErrorDetails {
  /** wire name of the parameter at fault; fills `<name>` of the published text */
  readonly parameter?: string
  /** replaces the published text; must not hold plaintext or secrets */
  readonly message?: string
  /** for the log only, never for the caller */
  readonly cause?: unknown
  /** extra members of the error body, such as what exactly was denied */
  readonly accessDenied?: Readonly<Record<string, string>>
  /** when the same call is worth another try, for `Rejected.Throttling` */
  readonly retryAfterMs?: number
}

/** An answer that is an error. Thrown by core and gateways, rendered by the gateway alone. */
export class KmsError extends Error {
  readonly code: KmsErrorCode
  readonly parameter: string | undefined
  readonly accessDenied: Readonly<Record<string, string>> | undefined
  readonly retryAfterMs: number | undefined

  constructor(code: KmsErrorCode, details: KmsErrorDetails = {}) {
    super(details.message ?? publishedMessage(code, details.parameter), { cause: details.cause })
    this.name = 'KmsError'
    this.code = code
    this.parameter = details.parameter
    this.accessDenied = details.accessDenied
    this.retryAfterMs = details.retryAfterMs
  }

  get status(): number {
    return errors[this.code].status
  }
}

function publishedMessage(code: KmsErrorCode, parameter: string | undefined): string {
  const { message } = errors[code]
  return parameter === undefined ? message.replace('"<name>" ', '') : message.replace('<name>', parameter)
}

/**
 * What a request names does not exist. The answer says what that is and how it was named, since a request can name
 * several things.
 * @param kind - in words: `network rule`
 */
export const resourceNotFound = (kind: string, name: string, cause?: unknown): KmsError =>
  new KmsError('Forbidden.ResourceNotFound', {
    message: `Resource not found. There is no ${kind} ${JSON.stringify(name)}.`,
    cause,
  })

export const missingParameter = (parameter: string): KmsError => new KmsError('MissingParameter', { parameter })
export const invalidParameter = (parameter: string, why?: string): KmsError =>
  new KmsError('InvalidParameter', {
    parameter,
    ...(why === undefined ? {} : { message: `The specified parameter "${parameter}" is not valid. ${why}` }),
  })

/** The one answer to every ciphertext that does not open. */
export const undecipherable = (cause?: unknown): KmsError => new KmsError('InvalidParameter', { cause })
