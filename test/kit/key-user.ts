import { RamClient } from '../../src/sdk/ram-client.ts'
import type { TestServer } from './server.ts'

/** An AccessKey of a new user who may do `actions` with one key, and nothing else. */
export async function keyUser(server: TestServer, name: string, keyId: string, actions: readonly string[]) {
  await using ram = new RamClient(server)
  await ram.createUser({ userName: name })
  const Statement = [{ Effect: 'Allow', Action: actions, Resource: `acs:kms:*:*:key/${keyId}` }]
  await ram.createPolicy({ policyName: name, policyDocument: JSON.stringify({ Version: '1', Statement }) })
  await ram.attachPolicyToUser({ policyType: 'Custom', policyName: name, userName: name })
  const { accessKeyId, accessKeySecret } = (await ram.createAccessKey({ userName: name })).accessKey
  return { accessKeyId, accessKeySecret }
}
