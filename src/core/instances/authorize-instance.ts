import { authorize } from '../access/authorize.ts'
import { arnOf } from '../arn.ts'
import type { Call } from '../kms.ts'

/**
 * Decides whether the caller may act on an instance of its account; without an id, on all of them.
 * @returns its ARN
 */
export function authorizeInstance(call: Call, instanceId?: string): string {
  const { accountId } = call.caller
  const arn = arnOf(call.kms, accountId, instanceId === undefined ? 'keystore' : `keystore/${instanceId}`)
  if (instanceId !== undefined) call.audit.resource = `keystore/${instanceId}`
  authorize(call, { accountId, arn })
  return arn
}
