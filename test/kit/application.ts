import { Client } from '../../src/sdk/client.ts'
import type { ConnectionOptions } from '../../src/sdk/connection-options.ts'
import type { InstanceOptions } from '../../src/sdk/instance-connection.ts'
import type { TestServer } from './server.ts'

/** A server with an administrator, and an application that was handed a ClientKey, each with the settings of its SDK. */
export interface ApplicationSetup {
  readonly admin: Client
  readonly instanceId: string
  readonly public: ConnectionOptions
  readonly instance: InstanceOptions
}

/** Sets an application up as an administrator would, with the SDK; it may use every key of the default instance. */
export async function setUpApplication(server: TestServer, name = 'app'): Promise<ApplicationSetup> {
  const { endpoint, caFile, accessKeyId, accessKeySecret } = server
  const connection = { endpoint, caFile, accessKeyId, accessKeySecret, retry: false } as const
  const admin = new Client(connection)
  const { defaultKmsInstanceId: instanceId } = await admin.getDefaultKmsInstance()
  await admin.createPolicy({
    name,
    kmsInstance: instanceId,
    permissions: ['RbacPermission/Template/CryptoServiceKeyUser'],
    resources: ['key/*'],
  })
  await admin.createApplicationAccessPoint({ name, policies: [name] })
  const password = 'Test-Pass~2016'
  const { clientKeyId, privateKeyData } = await admin.createClientKey({ aapName: name, password })
  const clientKeyContent = JSON.stringify({ KeyId: clientKeyId, PrivateKeyData: privateKeyData })
  return {
    admin,
    instanceId,
    public: connection,
    instance: { endpoint, caFile, clientKeyContent, password, retry: false },
  }
}
