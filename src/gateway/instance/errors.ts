import { KmsError } from '../../core/errors.ts'

export interface InstanceError {
  readonly statusCode: number
  readonly errorCode: string
  readonly errorMessage: string
}

/** Texts that this gateway words differently from the OpenAPI gateway, by code of core (instance API, common errors). */
const wording: Readonly<Record<string, InstanceError>> = {
  InvalidParameter: {
    statusCode: 400,
    errorCode: 'InvalidParameter',
    errorMessage: 'The specified parameter is not valid.',
  },
  'Rejected.UnsupportedOperation': {
    statusCode: 400,
    errorCode: 'UnsupportedOperation',
    errorMessage: 'Rejected.UnsupportedOperation',
  },
  UnsupportedOperation: {
    statusCode: 400,
    errorCode: 'UnsupportedOperation',
    errorMessage: 'Rejected.UnsupportedOperation',
  },
  'Forbidden.KeyNotFound': {
    statusCode: 404,
    errorCode: 'Forbidden.KeyNotFound',
    errorMessage: 'The specified key does not exist.',
  },
  'Forbidden.KeyVersionNotFound': {
    statusCode: 404,
    errorCode: 'Forbidden.KeyNotFound',
    errorMessage: 'The specified key does not exist.',
  },
  'Forbidden.AliasNotFound': {
    statusCode: 404,
    errorCode: 'Forbidden.KeyNotFound',
    errorMessage: 'The key Key ID or Alias does not exist in the system.',
  },
  InternalFailure: { statusCode: 500, errorCode: 'InternalFailure', errorMessage: 'Internal Failure.' },
}

/** What the caller is told. Whatever is not a `KmsError` is a fault of the server and named as nothing else. */
export function instanceError(thrown: unknown): InstanceError {
  const error = thrown instanceof KmsError ? thrown : new KmsError('InternalFailure')
  const { code, status, message } = error
  const worded = wording[code]
  if (worded === undefined) return { statusCode: status, errorCode: code, errorMessage: message }
  return error.parameter === undefined || code !== 'InvalidParameter' ? worded : { ...worded, errorMessage: message }
}
