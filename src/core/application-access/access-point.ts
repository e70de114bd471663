import { resourceNotFound } from '../errors.ts'
import type { RecordReader, Stored } from '../records.ts'
import { recordKind } from '../records.ts'

/** An application access point: what an application may do that holds one of its ClientKeys. Record id = `<account>/<name>`. */
export interface AccessPoint {
  readonly accountId: string
  readonly name: string
  readonly authenticationMethod: 'ClientKey'
  /** names of access policies, 1 to 3; one that does not exist grants nothing until it does */
  readonly policies: readonly string[]
  readonly description: string
  /** counted here so that two ClientKeys made at the same time cannot exceed the limit, nor outlive the access point */
  readonly clientKeyCount: number
}

export const accessPoints = recordKind<AccessPoint>({
  name: 'access-point',
  indexes: (point) => [['account', point.accountId]],
})

export const accessPointId = (accountId: string, name: string): string => `${accountId}/${name}`

/** @throws KmsError `Forbidden.ResourceNotFound` */
export async function findAccessPoint(
  reader: RecordReader,
  accountId: string,
  name: string,
): Promise<Stored<AccessPoint>> {
  const point = await reader.get(accessPoints, accessPointId(accountId, name))
  if (point === undefined) throw resourceNotFound('application access point', name)
  return point
}
