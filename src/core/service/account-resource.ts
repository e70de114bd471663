import { authorize } from '../access/authorize.ts'
import { arnOf } from '../arn.ts'
import type { Call } from '../kms.ts'

/** For operations about the account as a whole: policies grant them on `*`. @throws KmsError `Forbidden.NoPermission` */
export function authorizeOnAccount(call: Call): void {
  const { accountId } = call.caller
  authorize(call, { accountId, arn: arnOf(call.kms, accountId, '*') })
}
