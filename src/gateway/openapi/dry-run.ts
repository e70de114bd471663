import type { Operation } from '../../api/operation.ts'
import { KmsError } from '../../core/errors.ts'

/**
 * Whether a call only asks if it would succeed. Decided from the raw parameter, since the outcome of a call with other
 * parameters that cannot be decoded is told in the same way.
 */
export const isDryRun = (operation: Operation, parameters: ReadonlyMap<string, string>): boolean =>
  Object.hasOwn(operation.request, 'DryRun') && parameters.get('DryRun')?.toLowerCase() === 'true'

/**
 * How a dry run reports what the check found. Key states and everything else keep their own code.
 * @see KMS API 2016-01-20, DryRun
 */
export function dryRunOutcome(error: unknown): unknown {
  if (!(error instanceof KmsError)) return error
  if (error.code === 'Forbidden.NoPermission') {
    return new KmsError('AccessDeniedError', {
      cause: error,
      ...(error.accessDenied ? { accessDenied: error.accessDenied } : {}),
    })
  }
  if (error.code !== 'MissingParameter' && !error.code.startsWith('InvalidParameter')) return error
  return new KmsError('ValidationError', {
    cause: error,
    message: `The request would have failed: ${error.message}`,
    ...(error.parameter === undefined ? {} : { parameter: error.parameter }),
  })
}

export const dryRunSucceeded = (): KmsError => new KmsError('DryRunOperationError')
