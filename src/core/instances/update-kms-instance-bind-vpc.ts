import type { UpdateKmsInstanceBindVpc } from '../../api/instances.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { authorizeInstance } from './authorize-instance.ts'
import { findInstance, instances } from './instance.ts'

/** @throws KmsError `Forbidden.DKMSInstanceNotFound` */
export async function updateKmsInstanceBindVpc(
  call: Call,
  input: Input<typeof UpdateKmsInstanceBindVpc>,
): Promise<Result<typeof UpdateKmsInstanceBindVpc>> {
  authorizeInstance(call, input.kmsInstanceId)
  const { accountId } = call.caller
  const { regionId } = call.kms.settings
  const bindVpcs = input.bindVpcs.map((vpc) => ({
    vpcId: vpc.vpcId,
    vSwitchId: vpc.vSwitchId,
    regionId: vpc.regionId || regionId,
    vpcOwnerId: vpc.vpcOwnerId || accountId,
  }))
  await call.kms.records.transaction(async (transaction) => {
    const instance = await findInstance(transaction, accountId, input.kmsInstanceId)
    await transaction.update(instances, instance, { ...instance.body, bindVpcs })
  })
  return {}
}
