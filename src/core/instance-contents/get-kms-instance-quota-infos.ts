import type { GetKmsInstanceQuotaInfos } from '../../api/instances.ts'
import type { Input, Result } from '../../api/operation.ts'
import { authorizeInstance } from '../instances/authorize-instance.ts'
import { defaultInstance, findInstance, type Instance } from '../instances/instance.ts'
import { instanceLimits } from '../instances/limits.ts'
import { keys } from '../keys/key.ts'
import type { Call, Kms } from '../kms.ts'
import { countOnly } from '../paging.ts'
import type { Stored } from '../records.ts'

/** @throws KmsError `Forbidden.DKMSInstanceNotFound` */
export async function getKmsInstanceQuotaInfos(
  call: Call,
  { kmsInstanceId, resourceType }: Input<typeof GetKmsInstanceQuotaInfos>,
): Promise<Result<typeof GetKmsInstanceQuotaInfos>> {
  authorizeInstance(call, kmsInstanceId)
  const { records } = call.kms
  const { accountId } = call.caller
  const instance = await (kmsInstanceId === undefined
    ? defaultInstance(records, accountId)
    : findInstance(records, accountId, kmsInstanceId))
  const infos = await quotaInfos(call.kms, instance)
  return {
    kmsInstanceId: instance.id,
    kmsInstanceQuotaInfos: infos.filter((info) => resourceType === undefined || info.resourceType === resourceType),
  }
}

async function quotaInfos(kms: Kms, instance: Stored<Instance>) {
  const { total } = await kms.records.list(keys, { DKMSInstanceId: [instance.id] }, countOnly)
  return [
    { resourceType: 'key', resourceQuota: instanceLimits.keys, usedQuantity: total },
    { resourceType: 'secret', resourceQuota: instanceLimits.secrets, usedQuantity: 0 },
    // Calls are not metered per instance.
    { resourceType: 'qps', resourceQuota: instanceLimits.callsPerSecond, usedQuantity: 0 },
    {
      resourceType: 'vpc',
      resourceQuota: instanceLimits.virtualNetworks,
      usedQuantity: instance.body.bindVpcs?.length ?? 0,
    },
  ]
}
