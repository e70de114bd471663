import { ClientError, type ClientErrorCode, ServiceError } from '../sdk/errors.ts'
import { MalformedMessage } from '../wire/protobuf.ts'

/** The codes of gRPC that are answered with. */
export const grpcCodes = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const

export interface GrpcStatus {
  readonly code: number
  /** one line; stands in the log of the API server */
  readonly details: string
}

const ofClient: Readonly<Record<ClientErrorCode, number>> = {
  configuration: grpcCodes.failedPrecondition,
  invalidRequest: grpcCodes.invalidArgument,
  credentials: grpcCodes.unauthenticated,
  network: grpcCodes.unavailable,
  certificate: grpcCodes.unavailable,
  timeout: grpcCodes.deadlineExceeded,
  aborted: grpcCodes.cancelled,
  badResponse: grpcCodes.unavailable,
}

/** The AccessKey, ClientKey or session is not accepted, or the two clocks differ; the HTTP status is 400, 403 or 404. */
const aboutCaller =
  /^(?:InvalidAccessKeyId|InvalidSecurityToken|SignatureDoesNotMatch|SignatureNotMatch|Unauthorized|Forbidden\.AccessKey|IllegalTimestamp|InvalidTimeStamp|RequestTimeTooSkewed)\b/

const ofHttp: ReadonlyMap<number, number> = new Map([
  [400, grpcCodes.invalidArgument],
  [401, grpcCodes.unauthenticated],
  [403, grpcCodes.permissionDenied],
  [404, grpcCodes.notFound],
  [409, grpcCodes.failedPrecondition],
  [413, grpcCodes.invalidArgument],
])

/** What a failed call is answered with. */
export function grpcStatusOf(error: unknown): GrpcStatus {
  if (error instanceof ServiceError) return { code: codeOf(error), details: wordsOf(error) }
  if (error instanceof ClientError) return { code: ofClient[error.code], details: line(error.message) }
  if (error instanceof MalformedMessage) return { code: grpcCodes.invalidArgument, details: line(error.message) }
  return { code: grpcCodes.internal, details: 'The plugin has failed; its log says more.' }
}

function codeOf({ code, status, throttled, retryable }: ServiceError): number {
  if (throttled) return grpcCodes.resourceExhausted
  if (retryable) return grpcCodes.unavailable
  if (aboutCaller.test(code)) return grpcCodes.unauthenticated
  return ofHttp.get(status) ?? (status >= 500 ? grpcCodes.unavailable : grpcCodes.internal)
}

function wordsOf({ code, message, requestId, accessDeniedDetail }: ServiceError): string {
  const denied = accessDeniedDetail?.AuthAction
  const missing = denied === undefined ? '' : ` ${denied} is not permitted.`
  const request = requestId === '' ? '' : ` (request ${requestId})`
  return `${line(`${code}: ${message}${missing}`)}${request}`
}

const line = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 500)
