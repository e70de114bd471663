import type { Input, Result } from '../../api/operation.ts'
import type { BatchGetSecretValue } from '../../api/secrets.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { newGuid } from '../random-text.ts'
import { secretValue } from './get-secret-value.ts'

/**
 * The values of several secrets, each authorised as GetSecretValue. What cannot be answered is told in `errors`.
 *
 * @throws KmsError `InvalidParameter` of SecretsList for a secret named twice
 * @see KMS API 2016-01-20, BatchGetSecretValue
 */
export async function batchGetSecretValue(
  call: Call,
  { secretsList }: Input<typeof BatchGetSecretValue>,
): Promise<Result<typeof BatchGetSecretValue>> {
  if (new Set(secretsList.map(({ secretName }) => secretName)).size < secretsList.length) {
    throw invalidParameter('SecretsList', 'Each secret is named once.')
  }
  const secretValues: Result<typeof BatchGetSecretValue>['secretValues'][number][] = []
  const errors: Result<typeof BatchGetSecretValue>['errors'][number][] = []
  for (const request of secretsList) {
    try {
      secretValues.push({ ...(await secretValue(call, request)), requestId: newGuid(call.kms).toUpperCase() })
    } catch (error) {
      if (!(error instanceof KmsError) || error.status >= 500) throw error
      errors.push({
        secretName: request.secretName,
        httpStatus: error.status,
        code: error.code,
        message: error.message,
      })
    }
  }
  // The audit names one resource; of a batch it names them all.
  call.audit.resource = secretsList.map(({ secretName }) => `secret/${secretName}`).join(' ')
  return { secretValues, errors }
}
