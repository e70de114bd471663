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
}

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
