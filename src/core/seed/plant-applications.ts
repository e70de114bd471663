import { X509Certificate } from 'node:crypto'
import { encodePem } from '../../crypto/pem.ts'
import { accessPointId, accessPoints, findAccessPoint } from '../application-access/access-point.ts'
import { accessPolicies, accessPolicyId, sharedScope } from '../application-access/access-policy.ts'
import { clientKeys } from '../application-access/client-key.ts'
import { createApplicationAccessPoint } from '../application-access/create-application-access-point.ts'
import { createPolicy } from '../application-access/create-policy.ts'
import { permissionNames } from '../application-access/permissions.ts'
import type { Kms } from '../kms.ts'
import { formatTime } from '../time.ts'
import { instanceIdOf } from './plant-instances.ts'
import { type Planting, seedCall } from './planting.ts'
import type { SeedApplication, SeedClientKey } from './seed.ts'

/** Each with a policy of its own name. */
export const applicationPlantings = (kms: Kms, given: readonly SeedApplication[]): readonly Planting[] =>
  given.flatMap((application, index) => {
    const path = `applications[${index}]`
    const { name, clientKeys: held } = application
    const { accountId } = kms.settings
    return [
      {
        path,
        isThere: async () => (await kms.records.get(accessPolicies, accessPolicyId(accountId, name))) !== undefined,
        plant: () => plantPolicy(kms, application),
      },
      {
        path,
        isThere: async () => (await kms.records.get(accessPoints, accessPointId(accountId, name))) !== undefined,
        plant: () =>
          createApplicationAccessPoint(seedCall(kms, 'CreateApplicationAccessPoint'), {
            ...{ name, authenticationMethod: 'ClientKey', policies: [name] },
          }),
      },
      ...held.map((key, at) => clientKeyPlanting(kms, `${path}.clientKeys[${at}]`, name, key)),
    ]
  })

async function plantPolicy(kms: Kms, { name, permissions, resources, instance }: SeedApplication): Promise<void> {
  await createPolicy(seedCall(kms, 'CreatePolicy'), {
    ...{ name, resources: [...resources], permissions: [...(permissions ?? permissionNames)] },
    kmsInstance: instance === sharedScope ? sharedScope : await instanceIdOf(kms, instance),
  })
}

const clientKeyPlanting = (kms: Kms, path: string, aapName: string, { id, certificate }: SeedClientKey): Planting => ({
  path,
  isThere: async () => (await kms.records.get(clientKeys, id)) !== undefined,
  plant: () =>
    kms.records.transaction(async (transaction) => {
      const { accountId } = kms.settings
      const point = await findAccessPoint(transaction, accountId, aapName)
      await transaction.update(accessPoints, point, { ...point.body, clientKeyCount: point.body.clientKeyCount + 1 })
      const { validFromDate, validToDate } = new X509Certificate(certificate)
      await transaction.insert(clientKeys, id, {
        ...{ accountId, aapName, certificate: encodePem('CERTIFICATE', certificate) },
        ...{
          createdAt: formatTime(kms.now()),
          notBefore: formatTime(validFromDate),
          notAfter: formatTime(validToDate),
        },
      })
    }),
})
