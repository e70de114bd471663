import type { Input, Result } from '../../api/operation.ts'
import type { DescribeAccountKmsStatus } from '../../api/service.ts'
import type { Call } from '../kms.ts'
import { authorizeOnAccount } from './account-resource.ts'

/**
 * The service is open for every account that can sign a request.
 *
 * @see KMS API 2016-01-20, DescribeAccountKmsStatus
 */
export function describeAccountKmsStatus(
  call: Call,
  _input: Input<typeof DescribeAccountKmsStatus>,
): Result<typeof DescribeAccountKmsStatus> {
  authorizeOnAccount(call)
  return { accountStatus: 'Enabled' }
}
