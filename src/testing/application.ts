import { randomUUID } from 'node:crypto'
import { createApplicationAccessPoint } from '../core/application-access/create-application-access-point.ts'
import { createClientKey } from '../core/application-access/create-client-key.ts'
import { createPolicy } from '../core/application-access/create-policy.ts'
import { permissionNames } from '../core/application-access/permissions.ts'
import { defaultInstance } from '../core/instances/instance.ts'
import type { Kms } from '../core/kms.ts'
import { accountCall } from '../server/service-call.ts'

/** A ClientKey, as clients of an instance take it. */
export interface Application {
  /** JSON text of the ClientKey file */
  readonly clientKeyContent: string
  readonly password: string
}

const name = 'testing'

/** An application as an administrator would set it up, with every permission that there is. */
export async function newApplication(kms: Kms): Promise<Application> {
  const call = (operation: string) => accountCall(kms, operation)
  const instance = await defaultInstance(kms.records, kms.settings.accountId)
  await createPolicy(call('CreatePolicy'), {
    ...{ name, kmsInstance: instance.id, permissions: [...permissionNames], resources: ['key/*', 'secret/*'] },
  })
  await createApplicationAccessPoint(call('CreateApplicationAccessPoint'), {
    ...{ name, authenticationMethod: 'ClientKey', policies: [name] },
  })
  // As ClientKeys want it: small and capital letters, a digit, a sign.
  const password = `Aa1~${randomUUID()}`.slice(0, 32)
  const { clientKeyId, privateKeyData } = await createClientKey(call('CreateClientKey'), { aapName: name, password })
  return { clientKeyContent: JSON.stringify({ KeyId: clientKeyId, PrivateKeyData: privateKeyData }), password }
}
