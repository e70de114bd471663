import { KmsError } from '../errors.ts'
import type { RecordReader, Stored } from '../records.ts'
import { recordKind } from '../records.ts'

/** A KMS instance: keys created in it have ids beginning with `key-`, a policy, and a host of their own. */
export interface Instance {
  readonly accountId: string
  readonly name: string
  readonly status: 'Uninitialized' | 'Connecting' | 'Connected' | 'Disconnected' | 'Error'
  /** hardware instances say `HSM` of their keys */
  readonly productType: 'software' | 'hardware'
  /** present when deletion protection is on */
  readonly deletionProtection?: { readonly description: string } | undefined
  /** `yyyy-MM-ddTHH:mm:ssZ` */
  readonly createdAt: string
  /** the virtual network it was connected to; noted only */
  readonly network?: VirtualNetwork | undefined
  /** further virtual networks; noted only */
  readonly bindVpcs?: readonly BoundVpc[] | undefined
}

export interface VirtualNetwork {
  readonly vpcId: string
  readonly vSwitchIds: readonly string[]
  readonly zoneIds: readonly string[]
}

export interface BoundVpc {
  readonly vpcId: string
  readonly vSwitchId: string
  readonly regionId: string
  readonly vpcOwnerId: string
}

/** The instance that every account has from the start; its gateway also knows the keys outside any instance. */
export const defaultInstanceName = 'default'

/** Record id = instance id, `kst-…`. */
export const instances = recordKind<Instance>({
  name: 'instances',
  indexes: (instance) => [['account', instance.accountId]],
})

/**
 * An instance of the account.
 *
 * @throws KmsError `Forbidden.DKMSInstanceNotFound`
 */
export async function findInstance(
  reader: RecordReader,
  accountId: string,
  instanceId: string,
): Promise<Stored<Instance>> {
  const instance = await reader.get(instances, instanceId)
  if (instance?.body.accountId !== accountId) throw new KmsError('Forbidden.DKMSInstanceNotFound')
  return instance
}

/**
 * The instance that serves unless another is named: the account's first.
 *
 * @throws KmsError `Forbidden.DKMSInstanceNotFound` when the account has none
 */
export async function defaultInstance(reader: RecordReader, accountId: string): Promise<Stored<Instance>> {
  const { items } = await reader.list(instances, { account: [accountId] }, { offset: 0, limit: 1 })
  const [instance] = items
  if (instance === undefined) throw new KmsError('Forbidden.DKMSInstanceNotFound')
  return instance
}
