import { authorize } from '../access/authorize.ts'
import { arnOf } from '../arn.ts'
import type { Call } from '../kms.ts'

/** What is known of the service is the affair of the account that it belongs to. @throws KmsError `Forbidden.NoPermission` */
export function authorizeOversight(call: Call): void {
  const { accountId } = call.kms.settings
  authorize(call, { accountId, arn: arnOf(call.kms, accountId, '*') })
}
