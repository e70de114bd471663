import { ServiceError } from '../errors.ts'

/** What the public gateway says in place of an instance gateway's error. */
interface Translation {
  readonly code: string
  readonly message: string
}

const invalidParams: ReadonlyMap<string, Translation> = new Map([
  [
    'The Param Date is invalid.',
    {
      code: 'IllegalTimestamp',
      message: 'The input parameter "Timestamp" that is mandatory for processing this request is not supplied.',
    },
  ],
  [
    'The Param Authorization is invalid.',
    { code: 'IncompleteSignature', message: 'The request signature does not conform to Aliyun standards.' },
  ],
])

const translations: ReadonlyMap<string, Translation> = new Map(
  [
    ['Unauthorized', 'InvalidAccessKeyId.NotFound', 'The Access Key ID provided does not exist in our records.'],
    ['Forbidden.KeyNotFound', 'Forbidden.KeyNotFound', 'The specified Key is not found.'],
    ['Forbidden.NoPermission', 'Forbidden.NoPermission', 'This operation is forbidden by permission system.'],
    ['InternalFailure', 'InternalFailure', 'Internal Failure'],
    ['Rejected.Throttling', 'Rejected.Throttling', 'QPS Limit Exceeded'],
  ].map(([from = '', code = '', message = '']) => [from, { code, message }]),
)

/**
 * An error of the instance gateway in the words of the public one, for programs that were written for that; status and
 * request id stay, `cause` is the error as it came. Everything else passes unchanged.
 *
 * @see reference of the transfer clients, Errors
 */
export function translatedError(error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error
  const { code, message, status, requestId } = error
  const translation = code === 'InvalidParam' ? invalidParams.get(message) : translations.get(code)
  return translation === undefined ? error : new ServiceError({ ...translation, status, requestId, cause: error })
}

/*
 * What the public gateway would refuse, and the instance gateway has no words for, is refused on this side with the
 * public gateway's code: a program sees the same error whichever gateway it uses. No request was made, so no id.
 */
const refusal = (code: string, message: string): ServiceError =>
  new ServiceError({ code, message, status: 400, requestId: '' })

export const missingParameter = (name: string): ServiceError =>
  refusal('MissingParameter', `The parameter  ${name}  needed but no provided.`)

export const invalidParameter = (name: string): ServiceError =>
  refusal('InvalidParameter', `The parameter  ${name}  is invalid.`)

export const invalidKeySpec = (): ServiceError =>
  refusal('InvalidParameter', 'The specified parameter KeySpec is not valid.')
