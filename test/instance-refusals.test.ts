import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createInstance } from '../src/core/instances/create-instance.ts'
import { InstanceClient } from '../src/sdk/instance-client.ts'
import type { InstanceOptions } from '../src/sdk/instance-connection.ts'
import { systemClock } from '../src/sdk/retry.ts'
import { type ApplicationSetup, setUpApplication } from './kit/application.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let server: TestServer
let setup: ApplicationSetup
let minutesPassed = 0
const now = (): Date => new Date(Date.now() + minutesPassed * 60_000)

before(async () => {
  server = await startTestServer({ now })
  setup = await setUpApplication(server)
})
after(async () => {
  await setup.admin.close()
  await server.close()
})

/** The code of what a client gets that is set up with other settings than the application's. */
async function refusal(options: Partial<InstanceOptions>, clock: () => Date = now): Promise<unknown> {
  await using client = new InstanceClient({ ...setup.instance, ...options }, { clock: systemClock, now: clock })
  try {
    await client.generateDataKey({ keyId: 'key-no-such' })
  } catch (error) {
    return (error as { code?: unknown }).code
  }
  return 'none'
}

/** A ClientKey file with another member in place of its own. */
const clientKeyWith = (change: object): string =>
  JSON.stringify({ ...JSON.parse(setup.instance.clientKeyContent ?? ''), ...change })

describe('one clear error for', () => {
  test('an unknown key', async () => {
    assert.equal(await refusal({}), 'Forbidden.KeyNotFound')
  })

  test('a key of another instance', async () => {
    const second = await createInstance(server.kms, server.accountId, 'second')
    const { keyMetadata } = await setup.admin.createKey({ dKMSInstanceId: second.id })
    await using client = new InstanceClient(setup.instance)
    await assert.rejects(client.generateDataKey({ keyId: keyMetadata.keyId }), {
      name: 'ServiceError',
      code: /^Forbidden\./,
    })
  })

  test('a wrong password, before anything is sent', async () => {
    await assert.rejects(refusal({ password: 'wrong' }), { name: 'ClientError', code: 'credentials' })
  })

  test('a CA that is not the server’s', async () => {
    assert.equal(await refusal({ caFile: undefined }), 'certificate')
  })

  test('an unknown ClientKey', async () => {
    const clientKeyContent = clientKeyWith({ KeyId: 'KAAP.00000000-0000-0000-0000-000000000000' })
    assert.equal(await refusal({ clientKeyContent }), 'Unauthorized')
  })

  test('the signature of another ClientKey', async () => {
    const other = await setUpApplication(server, 'other')
    const { PrivateKeyData } = JSON.parse(other.instance.clientKeyContent ?? '')
    assert.equal(await refusal({ clientKeyContent: clientKeyWith({ PrivateKeyData }) }), 'SignatureNotMatch')
    await other.admin.close()
  })

  test('a ClientKey that was deleted, from the next request on', async () => {
    const other = await setUpApplication(server, 'deleted')
    assert.equal(await refusal(other.instance), 'Forbidden.KeyNotFound')
    await setup.admin.deleteClientKey({ clientKeyId: JSON.parse(other.instance.clientKeyContent ?? '').KeyId })
    assert.equal(await refusal(other.instance), 'Unauthorized')
    await other.admin.close()
  })

  test('an address outside the network rule', async () => {
    const other = await setUpApplication(server, 'fenced')
    await setup.admin.createNetworkRule({ name: 'fence', type: 'Private', sourcePrivateIp: ['10.1.2.0/24'] })
    await setup.admin.updatePolicy({ name: 'fenced', accessControlRules: { networkRules: ['fence'] } })
    assert.equal(await refusal(other.instance), 'Forbidden.NoPermission')
    await other.admin.close()
  })

  test('a clock that is off by more than 15 minutes', async () => {
    const off = (minutes: number) => () => new Date(now().getTime() + minutes * 60_000)
    assert.equal(await refusal({}, off(14)), 'Forbidden.KeyNotFound')
    assert.equal(await refusal({}, off(16)), 'RequestTimeTooSkewed')
    assert.equal(await refusal({}, off(-16)), 'RequestTimeTooSkewed')
  })

  test('an instance that does not exist', async () => {
    const hostname = 'kst-no-such.cryptoservice.kms.aliyuncs.com'
    const code = await refusal({ endpoint: server.httpEndpoint, hostname })
    assert.notEqual(code, 'none')
    assert.match(String(code), /^(Forbidden|Invalid|Unauthorized)/)
  })

  test('a ClientKey that has expired', async () => {
    minutesPassed = 6 * 366 * 24 * 60
    try {
      assert.equal(await refusal({}), 'Unauthorized')
    } finally {
      minutesPassed = 0
    }
  })
})
