import type { ConnectKmsInstance } from '../../api/instances.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { authorizeInstance } from './authorize-instance.ts'
import { findInstance, instances } from './instance.ts'

/**
 * Notes the virtual network of an instance and makes it ready, if it was not.
 * @throws KmsError `Forbidden.DKMSInstanceNotFound`
 */
export async function connectKmsInstance(
  call: Call,
  input: Input<typeof ConnectKmsInstance>,
): Promise<Result<typeof ConnectKmsInstance>> {
  authorizeInstance(call, input.kmsInstanceId)
  const network = { vpcId: input.vpcId, vSwitchIds: listOf(input.vSwitchIds), zoneIds: listOf(input.zoneIds) }
  await call.kms.records.transaction(async (transaction) => {
    const instance = await findInstance(transaction, call.caller.accountId, input.kmsInstanceId)
    await transaction.update(instances, instance, { ...instance.body, status: 'Connected', network })
  })
  return {}
}

/** Clients write such lists with commas, and some as JSON. */
const listOf = (text: string): string[] =>
  text
    .replace(/[[\]"\s]/g, '')
    .split(',')
    .filter((item) => item !== '')
