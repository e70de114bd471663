import type { Input, Result } from '../../api/operation.ts'
import type { BatchGetSecretValue } from '../../api/secrets.ts'
import { takePart } from '../audit-parts.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import type { AuditPart, Call } from '../kms.ts'
import { newGuid } from '../random-text.ts'
import { secretIdNamed } from './find-secret.ts'
import { secretValue } from './get-secret-value.ts'

/**
 * The values of several secrets, each authorised, and written down, as GetSecretValue. What cannot be answered is told in
 * `errors`.
 *
 * @throws KmsError `InvalidParameter` of SecretsList for a secret named twice, also by name and by ARN: the service takes
 * up to 20 different secrets
 * @see KMS API 2016-01-20, BatchGetSecretValue
 */
export async function batchGetSecretValue(
  call: Call,
  { secretsList }: Input<typeof BatchGetSecretValue>,
): Promise<Result<typeof BatchGetSecretValue>> {
  if (new Set(secretsList.map(({ secretName }) => secretIdNamed(call, secretName))).size < secretsList.length) {
    throw invalidParameter('SecretsList', 'Each secret is named once.')
  }
  const secretValues: Result<typeof BatchGetSecretValue>['secretValues'][number][] = []
  const errors: Result<typeof BatchGetSecretValue>['errors'][number][] = []
  const parts: AuditPart[] = []
  for (const request of secretsList) {
    try {
      secretValues.push({ ...(await secretValue(call, request)), requestId: newGuid(call.kms).toUpperCase() })
      parts.push(takePart(call))
    } catch (error) {
      if (!(error instanceof KmsError) || error.status >= 500) throw error
      const { code, status: httpStatus, message } = error
      errors.push({ secretName: request.secretName, httpStatus, code, message })
      parts.push(takePart(call, error))
    }
  }
  call.audit.parts = parts
  return { secretValues, errors }
}
