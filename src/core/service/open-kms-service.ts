import type { Input, Result } from '../../api/operation.ts'
import type { OpenKmsService } from '../../api/service.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { authorizeOnAccount } from './account-resource.ts'

/**
 * There is nothing to buy: the service answers as it does to an account that has opened it before, which programs
 * expect and take for success.
 *
 * @throws KmsError `Forbidden.Opened`
 * @see KMS API 2016-01-20, OpenKmsService
 */
export function openKmsService(call: Call, _input: Input<typeof OpenKmsService>): Result<typeof OpenKmsService> {
  authorizeOnAccount(call)
  throw new KmsError('Forbidden.Opened')
}
