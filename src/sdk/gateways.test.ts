import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { answerOf, instanceLoopback } from '../../test/kit/instance-loopback.ts'
import { answering } from '../../test/kit/loopback-server.ts'
import { Client, type ClientOptions } from './client.ts'
import type { GatewayCallOptions } from './gateways.ts'

const vectors = JSON.parse(
  readFileSync(new URL('../../test/vectors/instance-gateway/instance-gateway.json', import.meta.url), 'utf8'),
)
const { fileContent: clientKeyContent, password } = vectors.clientKey
const accessKey = { accessKeyId: 'a', accessKeySecret: 'b', retry: false } as const
const advanceBlob = { hex: `240002${'61'.repeat(36)}${'00'.repeat(30)}` }

interface Reached {
  readonly public: number
  readonly instance: number
}

/** What a client with the given gateways reaches with one call. */
async function reached(gateways: readonly ('public' | 'instance')[], work: (client: Client) => Promise<unknown>) {
  const rpc = await answering({
    body: { KeyId: 'k', KeyVersionId: 'v', CiphertextBlob: 'AQID', Iv: '', RequestId: 'R' },
  })
  await using server = await instanceLoopback(
    answerOf('AdvanceEncrypt', { RequestId: 'r', KeyId: 'k', KeyVersionId: 'v', CiphertextBlob: advanceBlob }),
  )
  const options: ClientOptions = {
    ...(gateways.includes('public') ? { public: { endpoint: rpc.endpoint, ...accessKey } } : {}),
    ...(gateways.includes('instance')
      ? { instance: { endpoint: server.endpoint, clientKeyContent, password, retry: false } }
      : {}),
  }
  await using client = new Client(options)
  try {
    await work(client)
    return { public: rpc.seen.length, instance: server.seen.length } satisfies Reached
  } finally {
    await rpc.close()
  }
}

const atPublic = { public: 1, instance: 0 }
const atInstance = { public: 0, instance: 1 }
const encrypt = (options?: GatewayCallOptions) => (client: Client) =>
  client.encrypt({ keyId: 'k', plaintext: 'x' }, options)
const advanceEncrypt = (options?: GatewayCallOptions) => (client: Client) =>
  client.advanceEncrypt({ keyId: 'k', plaintext: new Uint8Array(1) }, options)
const keyUpdate = (client: Client) => client.updateKeyDescription({ keyId: 'k', description: '' })
const random = (client: Client) => client.generateRandom({ length: 1 })
const ownEncrypt = (client: Client) => client.instance.encrypt({ keyId: 'k', plaintext: new Uint8Array(1) })

describe('with both gateways', () => {
  const both = ['public', 'instance'] as const
  test('operations of the public gateway go there, those of the instance to the instance', async () => {
    assert.deepEqual(await reached(both, encrypt()), atPublic)
    assert.deepEqual(await reached(both, keyUpdate), atPublic)
    assert.deepEqual(await reached(both, random), atInstance)
    assert.deepEqual(await reached(both, ownEncrypt), atInstance)
    assert.deepEqual(await reached(both, advanceEncrypt()), atInstance)
  })

  test('a call may choose', async () => {
    assert.deepEqual(await reached(both, encrypt({ gateway: 'instance' })), atInstance)
    assert.deepEqual(await reached(both, encrypt({ gateway: 'public' })), atPublic)
    assert.deepEqual(await reached(both, advanceEncrypt({ gateway: 'public' })), atPublic)
  })

  test('a call may not choose a gateway that cannot do it', async () => {
    const asked = (client: Client) => client.createKey({}, { gateway: 'instance' })
    await assert.rejects(reached(both, asked), { code: 'configuration', parameter: 'gateway', message: /CreateKey/ })
  })
})

describe('with the public gateway only', () => {
  test('everything that it has works, in either form of the settings', async () => {
    assert.deepEqual(await reached(['public'], encrypt()), atPublic)
    assert.deepEqual(await reached(['public'], advanceEncrypt()), atPublic)
    const rpc = await answering({ body: { KeyId: 'k', KeyVersionId: 'v', CiphertextBlob: 'AQID', RequestId: 'R' } })
    await using flat = new Client({ endpoint: rpc.endpoint, ...accessKey })
    await encrypt()(flat)
    await rpc.close()
    assert.equal(rpc.seen.length, 1)
  })

  test('what needs the instance says so', async () => {
    const missing = { name: 'ClientError', code: 'configuration', parameter: 'instance' }
    for (const work of [random, ownEncrypt, encrypt({ gateway: 'instance' })])
      await assert.rejects(
        reached(['public'], async (client) => work(client)),
        missing,
      )
  })
})

describe('with the instance only', () => {
  test('it carries out what it can, with the fields of the public gateway', async () => {
    assert.deepEqual(await reached(['instance'], encrypt()), atInstance)
    assert.deepEqual(await reached(['instance'], advanceEncrypt()), atInstance)
    await reached(['instance'], async (client) => {
      const { ciphertextBlob } = await client.encrypt({ keyId: 'k', plaintext: 'x' })
      assert.equal(Buffer.from(ciphertextBlob).toString('hex'), advanceBlob.hex.slice(6))
    })
  })

  test('what needs the public gateway says so', async () => {
    const missing = { name: 'ClientError', code: 'configuration', parameter: 'public' }
    for (const work of [keyUpdate, encrypt({ gateway: 'public' }), (client: Client) => client.describeRegions()])
      await assert.rejects(reached(['instance'], work), missing)
  })
})

test('settings of no gateway, or of both kinds mixed, are refused when the client is made', () => {
  const instance = { endpoint: 'h', clientKeyContent, password }
  const mixed: ClientOptions = { ...{ endpoint: 'h', ...accessKey }, instance }
  assert.throws(() => new Client(mixed), { code: 'configuration', parameter: 'public' })
  assert.throws(() => new Client({ public: undefined }), { code: 'configuration' })
  assert.throws(() => new Client({ instance: { ...instance, password: 'wrong' } }), { parameter: 'password' })
})
