import type { Caller } from '../access/caller.ts'
import type { Kms } from '../kms.ts'
import { defaultInstanceName, findInstance } from './instance.ts'

/**
 * What a call at the host of an instance is limited to.
 * @throws KmsError `Forbidden.DKMSInstanceNotFound` for an instance of nobody or of another account
 */
export async function instanceScope(
  kms: Kms,
  accountId: string,
  instanceId: string,
): Promise<Pick<Caller, 'instanceId' | 'servesDefaultKeys'>> {
  const instance = await findInstance(kms.records, accountId, instanceId)
  return { instanceId, servesDefaultKeys: instance.body.name === defaultInstanceName }
}
