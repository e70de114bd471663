import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, test } from 'node:test'
import { Client, ServiceError } from '../src/sdk/index.ts'
import { startKeyhaven } from '../src/testing/index.ts'

const refusedWith = (code: string) => (error: unknown) => error instanceof ServiceError && error.code === code

describe('a service inside the test', () => {
  test('answers both gateways to clients that it made', async () => {
    await using kms = await startKeyhaven()
    const client = kms.client()
    const { keyMetadata } = await client.createKey()
    const { keyId } = keyMetadata
    const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'hello' })
    assert.equal((await client.decrypt({ ciphertextBlob })).plaintext.length, 5)
    const instance = await kms.instanceClient()
    const encrypted = await instance.advanceEncrypt({ keyId, plaintext: Buffer.from('hello') })
    const { plaintext } = await instance.advanceDecrypt({ ciphertextBlob: encrypted.ciphertextBlob })
    assert.equal(Buffer.from(plaintext).toString(), 'hello')
    assert.equal(await kms.application(), await kms.application())
  })

  test('tells other clients all that they need', async () => {
    await using kms = await startKeyhaven()
    assert.equal(readFileSync(kms.caFile, 'utf8'), kms.ca)
    for (const server of [{ endpoint: kms.endpoint, ca: kms.ca }, { endpoint: kms.httpEndpoint }]) {
      await using client = new Client({ ...server, regionId: kms.regionId, ...kms.accessKey })
      assert.deepEqual((await client.listKeys({})).totalCount, 0)
    }
  })

  test('is alone: others in the process have accounts, keys and records of their own', async () => {
    const services = await Promise.all(Array.from({ length: 8 }, () => startKeyhaven()))
    try {
      await Promise.all(services.map((kms) => kms.client().createKey()))
      for (const kms of services) {
        assert.equal((await kms.client().listKeys({})).totalCount, 1)
        assert.equal(kms.records().filter(({ action }) => action === 'CreateKey').length, 1)
      }
      assert.equal(new Set(services.map(({ accountId }) => accountId)).size, 8)
    } finally {
      await Promise.all(services.map((kms) => kms.close()))
    }
  })

  test('leaves nothing behind, and may be closed twice', async () => {
    const kms = await startKeyhaven()
    await kms.client().createKey()
    await kms.close()
    await kms.close()
    assert.ok(!existsSync(dirname(dirname(kms.caFile))))
    await assert.rejects(fetch(`${kms.httpEndpoint}/livez`))
  })

  test('refuses options that it does not have', async () => {
    const options: [object, RegExp][] = [
      [{ sed: 'x' }, /no option "sed"/],
      [{ store: 'file' }, /store: file/],
      [{ clock: 'soon' }, /clock: "soon"/],
    ]
    for (const [wrong, message] of options) await assert.rejects(startKeyhaven(wrong), message)
  })
})

describe('what was called', () => {
  test('is recorded with its parameters and how it ended, in order', async () => {
    await using kms = await startKeyhaven()
    const client = kms.client()
    await client.createKey({ description: 'for tests' })
    await assert.rejects(client.describeKey({ keyId: 'no-such-key' }))
    const [created, described] = kms.records()
    assert.deepEqual(created && { ...created, requestId: '' }, {
      gateway: 'openapi',
      action: 'CreateKey',
      parameters: { Description: 'for tests' },
      ...{ status: 200, code: 'Success', requestId: '' },
    })
    assert.deepEqual([described?.status, described?.code], [404, 'Forbidden.KeyNotFound'])
    assert.match(created?.requestId ?? '', /^[0-9A-F-]{36}$/)
  })

  test('is recorded without plaintexts, secrets and passwords, on both gateways', async () => {
    await using kms = await startKeyhaven()
    const client = kms.client()
    const hidden = 'what-nobody-may-see'
    const { keyMetadata } = await client.createKey()
    const { keyId } = keyMetadata
    await client.encrypt({ keyId, plaintext: hidden })
    await client.createSecret({ secretName: 'shop/db', versionId: 'v1', secretData: hidden })
    const instance = await kms.instanceClient()
    await instance.advanceEncrypt({ keyId, plaintext: Buffer.from(hidden) })
    await assert.rejects(instance.advanceEncrypt({ keyId: 'none', plaintext: Buffer.from(hidden) }))
    const calls = kms.records()
    const text = JSON.stringify(calls)
    for (const form of [hidden, Buffer.from(hidden).toString('base64')]) assert.ok(!text.includes(form))
    assert.ok(!text.includes(kms.accessKey.accessKeySecret))
    const named = calls.map(({ action, parameters }) => [action, parameters.KeyId ?? parameters.SecretName])
    assert.deepEqual(named, [
      ['CreateKey', undefined],
      ['Encrypt', keyId],
      ['CreateSecret', 'shop/db'],
      ['AdvanceEncrypt', keyId],
      ['AdvanceEncrypt', 'none'],
    ])
    assert.equal(calls.at(-2)?.parameters.Plaintext, '(left out)')
    assert.notEqual(calls.at(-1)?.code, 'Success')
  })
})

describe('the clock', () => {
  test('stands where it was put, and clients that go by the real one are served', async () => {
    await using kms = await startKeyhaven({ clock: '2031-05-06' })
    const { keyMetadata } = await kms.client().createKey()
    assert.equal(keyMetadata.creationDate, '2031-05-06T00:00:00Z')
    const instance = await kms.instanceClient()
    await instance.advanceEncrypt({ keyId: keyMetadata.keyId, plaintext: Buffer.from('x') })
    assert.equal(kms.now().toISOString(), '2031-05-06T00:00:00.000Z')
  })

  test('moves: a key whose deletion was planned is gone, and one that rotates has rotated', async () => {
    await using kms = await startKeyhaven()
    const client = kms.client()
    const planned = (await client.createKey()).keyMetadata.keyId
    await client.scheduleKeyDeletion({ keyId: planned, pendingWindowInDays: 7 })
    const rotating = (await client.createKey({ enableAutomaticRotation: true, rotationInterval: '90d' })).keyMetadata
      .keyId
    await kms.advance('6 days')
    await client.describeKey({ keyId: planned })
    await kms.advance('2 days')
    await assert.rejects(client.describeKey({ keyId: planned }), refusedWith('Forbidden.KeyNotFound'))
    await kms.advance('91 days')
    assert.equal((await client.listKeyVersions({ keyId: rotating })).totalCount, 2)
  })

  test('moves: a ClientKey expires, and the account is served on', async () => {
    await using kms = await startKeyhaven()
    const client = kms.client()
    const { keyMetadata } = await client.createKey()
    const instance = await kms.instanceClient({ retry: false })
    await kms.advance('4000 days')
    await assert.rejects(instance.advanceEncrypt({ keyId: keyMetadata.keyId, plaintext: Buffer.from('x') }))
    await client.describeKey({ keyId: keyMetadata.keyId })
  })

  test('goes by units in words or by milliseconds, and never back', async () => {
    await using kms = await startKeyhaven({ clock: '2026-01-01' })
    for (const duration of ['1 day', '2 hours', '1.5 minutes', 250]) await kms.advance(duration)
    assert.equal(kms.now().toISOString(), '2026-01-02T02:01:30.250Z')
    for (const wrong of ['soon', '-1 day', '3 fortnights', -1, Number.NaN]) {
      await assert.rejects(kms.advance(wrong), RangeError)
    }
  })
})
