import type { GetKmsInstance } from '../../api/instances.ts'
import type { Input, Result } from '../../api/operation.ts'
import { KmsError } from '../errors.ts'
import type { Call, Kms } from '../kms.ts'
import type { Stored } from '../records.ts'
import { authorizeInstance } from './authorize-instance.ts'
import { findInstance, type Instance } from './instance.ts'
import { instanceLimits } from './limits.ts'

/** An instance ends when it is released and not before; the answer needs a date. */
const endDate = '2099-12-31T16:00:00Z'

/** @throws KmsError `Forbidden.DKMSInstanceNotFound`; `Rejected.Uninitialized` before it is connected */
export async function getKmsInstance(
  call: Call,
  { kmsInstanceId }: Input<typeof GetKmsInstance>,
): Promise<Result<typeof GetKmsInstance>> {
  authorizeInstance(call, kmsInstanceId)
  const instance = await findInstance(call.kms.records, call.caller.accountId, kmsInstanceId)
  if (instance.body.status === 'Uninitialized') throw new KmsError('Rejected.Uninitialized')
  return { kmsInstance: describeInstance(call.kms, instance) }
}

function describeInstance(kms: Kms, { id, body }: Stored<Instance>): Result<typeof GetKmsInstance>['kmsInstance'] {
  const { network, deletionProtection, productType } = body
  return {
    instanceId: id,
    instanceName: body.name,
    status: body.status,
    createTime: body.createdAt,
    startDate: body.createdAt,
    endDate,
    spec: instanceLimits.callsPerSecond,
    keyNum: instanceLimits.keys,
    // The service gives this one number as text.
    secretNum: String(instanceLimits.secrets),
    vpcNum: instanceLimits.virtualNetworks,
    vpcId: network?.vpcId,
    vswitchIds: network?.vSwitchIds ?? [],
    zoneIds: network?.zoneIds ?? [],
    bindVpcs: { bindVpc: body.bindVpcs ?? [] },
    caCertificateChainPem: kms.caCertificateChain?.() ?? '',
    chargeType: 'POSTPAY',
    productType,
    productVersion: productType === 'hardware' ? '5' : '3',
    saleStatus: 'NORMAL',
    log: 1,
    logStorage: 0,
    deletionProtection: deletionProtection !== undefined,
    deletionProtectionDescription: deletionProtection?.description,
  }
}
