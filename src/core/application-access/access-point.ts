import { KmsError } from '../errors.ts'
import type { RecordReader, Stored } from '../records.ts'
import { recordKind } from '../records.ts'
import type { IndexEntry } from '../store.ts'
import { findAccessPolicy } from './access-policy.ts'

/** An application access point: what an application may do that holds one of its ClientKeys. Record id = `<account>/<name>`. */
export interface AccessPoint {
  readonly accountId: string
  readonly name: string
  readonly authenticationMethod: 'ClientKey'
  /** names of access policies, 1 to 3 */
  readonly policies: readonly string[]
  readonly description: string
  /** counted here so that two ClientKeys made at the same time cannot exceed the limit, nor outlive the access point */
  readonly clientKeyCount: number
}

export const accessPoints = recordKind<AccessPoint>({
  name: 'access-point',
  indexes: (point) => [
    ['account', point.accountId],
    ...point.policies.map((name): IndexEntry => ['policy', `${point.accountId}/${name}`]),
  ],
})

export const accessPointId = (accountId: string, name: string): string => `${accountId}/${name}`

/** @throws KmsError `Forbidden.ResourceNotFound` */
export async function findAccessPoint(
  reader: RecordReader,
  accountId: string,
  name: string,
): Promise<Stored<AccessPoint>> {
  const point = await reader.get(accessPoints, accessPointId(accountId, name))
  if (point === undefined) throw new KmsError('Forbidden.ResourceNotFound')
  return point
}

/** @throws KmsError `Forbidden.ResourceNotFound` when one of the policies does not exist */
export async function checkPolicies(reader: RecordReader, accountId: string, names: readonly string[]): Promise<void> {
  for (const name of names) await findAccessPolicy(reader, accountId, name)
}
