import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { Client } from '../src/sdk/index.ts'
import { type Fault, type Keyhaven, startKeyhaven } from '../src/testing/index.ts'

let kms: Keyhaven
before(async () => {
  kms = await startKeyhaven({
    clock: '2026-01-01',
    seed: {
      keys: [{ id: 'kept', aliases: ['alias/kept'] }],
      secrets: [{ name: 's', versions: [{ id: '1', value: 'a' }] }],
    },
  })
})
after(() => kms.close())

/** A client that gives up at once. */
const impatient = () => kms.client({ retry: { attempts: 1 } })
const keyId = 'kept'

describe('a fault', () => {
  test('happens to the operation and as often as it says, on both gateways', async () => {
    const instance = await kms.instanceClient({ retry: { attempts: 1 } })
    kms.faults.add({ action: 'Encrypt', times: 2, code: 'Rejected.Throttling' })
    const client = impatient()
    await client.describeKey({ keyId })
    await assert.rejects(client.encrypt({ keyId, plaintext: 'x' }), { code: 'Rejected.Throttling', status: 429 })
    await assert.rejects(instance.encrypt({ keyId, plaintext: Buffer.from('x') }), { code: 'Rejected.Throttling' })
    await client.encrypt({ keyId, plaintext: 'x' })
    assert.deepEqual(kms.faults.list(), [])
  })

  test('is answered in the format that was asked for', async () => {
    kms.faults.add({ wrongSignature: true, times: 1 })
    const answer = await fetch(`${kms.httpEndpoint}/?Action=ListKeys&Format=XML`)
    assert.match(await answer.text(), /^<\?xml .*<Code>SignatureDoesNotMatch<\/Code>/)
    kms.faults.add({ wrongSignature: true, times: 1 })
    await assert.rejects(impatient().listKeys({}), { code: 'SignatureDoesNotMatch' })
  })

  test('may be of the connection: reset before the call is done, or cut when it is', async () => {
    const plain = kms.client({ endpoint: kms.httpEndpoint, retry: { attempts: 1 } })
    const faults: readonly Fault[] = [{ reset: true }, { cutAfterBytes: 0 }, { cutAfterBytes: 20 }]
    for (const fault of faults) {
      for (const client of [impatient(), plain]) {
        const before = (await client.listKeys({})).totalCount
        kms.faults.add({ ...fault, action: 'CreateKey', times: 1 })
        await assert.rejects(client.createKey(), { code: 'network' })
        assert.equal((await client.listKeys({})).totalCount, fault.reset ? before : before + 1)
      }
    }
  })

  test('is borne by a client that tries again', async () => {
    kms.faults.add(
      { action: 'Decrypt', times: 2, reset: true },
      { action: 'Decrypt', times: 1, code: 'Rejected.Throttling' },
    )
    const { ciphertextBlob } = await kms.client().encrypt({ keyId, plaintext: 'hello' })
    const { plaintext } = await kms.client({ retry: { attempts: 5 } }).decrypt({ ciphertextBlob })
    assert.equal(Buffer.from(plaintext).toString(), 'hello')
  })

  test('may be late, and only happen sometimes', async () => {
    kms.faults.add({ delayMs: 1, times: 1 }, { probability: 0, code: 'InternalFailure' })
    await impatient().listKeys({})
    await impatient().listKeys({})
    assert.deepEqual(kms.faults.list(), [{ probability: 0, code: 'InternalFailure' }])
    kms.faults.clear()
  })

  test('that there is not is refused', () => {
    const wrong: readonly (readonly [unknown, RegExp])[] = [
      [{ code: 'NoSuchCode' }, /^code: "NoSuchCode"/],
      [{ times: 0, reset: true }, /^times/],
      [{ probability: 2, reset: true }, /^probability/],
      [{ delayMs: -1 }, /^delayMs/],
      [{ colour: 1 }, /no member "colour"/],
      [{ action: 'Encrypt' }, /needs one of/],
    ]
    for (const [fault, message] of wrong)
      assert.throws(() => kms.faults.add(fault as Fault), { name: 'TypeError', message })
    assert.deepEqual(kms.faults.list(), [])
  })
})

describe('a reset', () => {
  test('leads back to what there was at first', async () => {
    const client = kms.client()
    const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'hello' })
    await client.disableKey({ keyId })
    await client.putSecretValue({ secretName: 's', versionId: '2', secretData: 'b' })
    await client.createKey()
    await client.deleteAlias({ aliasName: 'alias/kept' })
    const application = await kms.application()
    await kms.advance('91 days')
    kms.faults.add({ code: 'InternalFailure' })
    await kms.reset()
    assert.deepEqual(kms.records(), [])
    assert.equal(kms.now().toISOString(), '2026-01-01T00:00:00.000Z')
    assert.equal((await client.listKeys({})).totalCount, 2)
    assert.equal((await client.describeKey({ keyId: 'alias/kept' })).keyMetadata.keyState, 'Enabled')
    assert.equal((await client.getSecretValue({ secretName: 's' })).secretData, 'a')
    assert.equal(Buffer.from((await client.decrypt({ ciphertextBlob })).plaintext).toString(), 'hello')
    assert.notEqual((await kms.application()).clientKeyContent, application.clientKeyContent)
    await (await kms.instanceClient()).encrypt({ keyId, plaintext: Buffer.from('x') })
  })

  test('may follow another, and bear calls at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 4 }, () => kms.client().createKey()))
      await kms.reset()
      assert.equal((await kms.client().listKeys({})).totalCount, 2)
    }
    const calls = Array.from({ length: 8 }, () => kms.client().createKey())
    await kms.reset()
    await Promise.all(calls)
    await kms.reset()
    assert.equal((await kms.client().listKeys({})).totalCount, 2)
  })
})

describe('/_keyhaven/', () => {
  const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; answer: Record<string, unknown> }>()
    const url = new URL(`/_keyhaven/${path}`, kms.httpEndpoint)
    const asked = request(url, { method, headers }, (response) => {
      response.setEncoding('utf8')
      let text = ''
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, answer: JSON.parse(text) }))
    })
    asked.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body))
    return promise
  }

  test('does the same for tests in every language', async () => {
    await ask('POST', 'reset')
    assert.deepEqual(await ask('POST', 'clock', { advance: '2 days' }), {
      status: 200,
      answer: { now: '2026-01-03T00:00:00.000Z' },
    })
    assert.deepEqual(await ask('POST', 'clock', { set: '2026-02-01T00:00:00Z' }), {
      status: 200,
      answer: { now: '2026-02-01T00:00:00.000Z' },
    })
    await ask('POST', 'faults', { action: 'ListKeys', times: 1, code: 'Rejected.Throttling' })
    await assert.rejects(impatient().listKeys({}), { code: 'Rejected.Throttling' })
    await ask('POST', 'faults', { faults: [{ reset: true }, { delayMs: 5 }] })
    assert.equal(((await ask('GET', 'faults')).answer.faults as unknown[]).length, 2)
    assert.deepEqual((await ask('DELETE', 'faults')).answer, { faults: [] })
    await impatient().encrypt({ keyId, plaintext: 'secret' })
    const { requests } = (await ask('GET', 'requests')).answer as { requests: { action: string; code: string }[] }
    assert.deepEqual(
      requests.map(({ action, code }) => [action, code]),
      [
        ['ListKeys', 'Rejected.Throttling'],
        ['Encrypt', 'Success'],
      ],
    )
    assert.ok(!JSON.stringify(requests).includes(Buffer.from('secret').toString('base64')))
    assert.equal((await ask('POST', 'reset')).status, 200)
    assert.deepEqual((await ask('GET', 'clock')).answer, { now: '2026-01-01T00:00:00.000Z' })
  })

  test('says in one line what it cannot do', async () => {
    const cases: readonly (readonly [string, string, unknown, number, RegExp])[] = [
      ['POST', 'clock', {}, 400, /advance or set/],
      ['POST', 'clock', { advance: 'a while' }, 400, /duration/],
      ['POST', 'clock', { set: '2025-01-01' }, 400, /duration|past/],
      ['POST', 'faults', { code: 'x' }, 400, /^code/],
      ['POST', 'faults', [1], 400, /no object/],
      ['PUT', 'clock', {}, 404, /no PUT/],
      ['GET', 'nothing', undefined, 404, /no GET/],
    ]
    for (const [method, path, body, status, message] of cases) {
      const { status: got, answer } = await ask(method, path, body)
      assert.equal(got, status, `${method} ${path}`)
      assert.match(String(answer.error), message)
    }
  })

  test('listens to no page of a browser, and to no other machine’s name for this one', async () => {
    for (const headers of [
      { origin: 'https://example.com' },
      { 'sec-fetch-site': 'same-origin' },
      { host: 'example.com' },
    ])
      assert.equal((await ask('POST', 'reset', undefined, headers)).status, 403)
  })

  test('is not there in production', async () => {
    const { startTestServer } = await import('./kit/server.ts')
    const server = await startTestServer()
    try {
      const answer = await fetch(`${server.httpEndpoint}/_keyhaven/clock`)
      assert.notEqual(answer.status, 200)
      await using client = new Client({ ...server, endpoint: server.httpEndpoint })
      assert.equal((await client.listKeys({})).totalCount, 0)
    } finally {
      await server.close()
    }
  })
})
