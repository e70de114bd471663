import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { createLocalJWKSet, createRemoteJWKSet, customFetch, jwtVerify } from 'jose'
import { Client } from '../src/sdk/client.ts'
import { InstanceClient } from '../src/sdk/instance-client.ts'
import { heldKey, heldKeySet, instanceHeldKey, type JwkSet, signJwt, verifyJwt } from '../src/signing/index.ts'
import { setUpApplication } from './kit/application.ts'
import { startTestServer, type TestServer, usualWorkers } from './kit/server.ts'

let server: TestServer
let client: Client

before(async () => {
  server = await startTestServer({ config: { publishJwks: true } })
  const { endpoint, caFile, accessKeyId, accessKeySecret } = server
  client = new Client({ endpoint, caFile, accessKeyId, accessKeySecret, retry: false })
})
after(async () => {
  await client.close()
  await server.close()
})

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** As anybody would ask: without credentials. */
function ask(headers: Readonly<Record<string, string>> = {}, method = 'GET', of = server): Promise<Answer> {
  const url = `${of.endpoint}/.well-known/jwks.json`
  const options = { method, headers, ca: readFileSync(of.caFile), agent: false as const }
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() })
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** Asks until the document, which holds for a second, is another one than before. */
async function changed(before: string): Promise<string> {
  const deadline = performance.now() + 20_000
  for (;;) {
    const { body } = await ask()
    if (body !== before) return body
    assert.ok(performance.now() < deadline, 'the document stays as it was')
  }
}

const newKey = async (keySpec: 'RSA_2048' | 'EC_P256'): Promise<string> => {
  const tags = [{ tagKey: 'keyhaven:jwks', tagValue: 'public' }]
  return (await client.createKey({ keySpec, keyUsage: 'SIGN/VERIFY', tags })).keyMetadata.keyId
}
const inAMinute = (): number => Math.floor(Date.now() / 1000) + 60

/** jose's own way of getting a set, over a connection that trusts the test's CA. */
const remote = () =>
  createRemoteJWKSet(new URL(`${server.endpoint}/.well-known/jwks.json`), {
    [customFetch]: async () => {
      const { status, body } = await ask()
      return new Response(body, { status })
    },
  })

describe('the served document', () => {
  test('verifies tokens of held keys, also those that a former version signed', async () => {
    const empty = (await ask()).body
    assert.equal(empty, '{"keys":[]}\n')
    const [rsa, ec] = [await newKey('RSA_2048'), await newKey('EC_P256')]
    const former = await signJwt(await heldKey(client, { keyId: ec }), { exp: inAMinute() })
    await client.createKeyVersion({ keyId: ec })
    const tokens = [former, await signJwt(await heldKey(client, { keyId: ec }), { exp: inAMinute() })]
    for (const algorithm of ['RSA_PKCS1_SHA_256', 'RSA_PSS_SHA_256'] as const)
      tokens.push(await signJwt(await heldKey(client, { keyId: rsa, algorithm }), { exp: inAMinute(), iss: 'kms' }))
    let document = await changed(empty)
    while (JSON.parse(document).keys.length < 3) document = await changed(document)
    // each thread of a server holds a document of its own for a second
    if (usualWorkers > 1) await setTimeout(1000)
    const set: JwkSet = JSON.parse(document)
    for (const token of tokens) {
      await jwtVerify(token, createLocalJWKSet(JSON.parse(document)))
      await jwtVerify(token, remote())
      assert.ok(verifyJwt(token, set))
    }
    assert.deepEqual(new Set(set.keys.map(({ kid = '' }) => kid.split('/')[0])), new Set([rsa, ec]))
    const exported = await heldKeySet(client, [rsa, ec])
    const byKid = (keys: JwkSet['keys']) => new Map(keys.map((jwk) => [jwk.kid, jwk]))
    assert.deepEqual(byKid(exported.keys), byKid(set.keys))
  })

  test('is cached by its tag; HEAD has the headers only', async () => {
    const { headers, body, status } = await ask()
    assert.deepEqual([status, headers['content-type']], [200, 'application/jwk-set+json'])
    const etag = String(headers.etag)
    const known = await ask({ 'If-None-Match': etag })
    assert.deepEqual([known.status, known.body, known.headers.etag], [304, '', etag])
    const head = await ask({}, 'HEAD')
    assert.deepEqual(
      [head.status, head.body, head.headers['content-length']],
      [200, '', String(Buffer.byteLength(body))],
    )
  })

  test('is gone while the server is sealed', async () => {
    await server.service.seal()
    assert.equal((await ask()).status, 503)
    await server.unseal()
    assert.equal((await ask()).status, 200)
  })
})

test('an instance signs tokens under the same name of the key', async () => {
  const setup = await setUpApplication(server)
  await using instance = new InstanceClient(setup.instance)
  const created = await client.createKey({
    keySpec: 'EC_P256',
    keyUsage: 'SIGN/VERIFY',
    dKMSInstanceId: setup.instanceId,
  })
  const { keyId } = created.keyMetadata
  const token = await signJwt(await instanceHeldKey(instance, { keyId }), { exp: inAMinute() })
  assert.ok(verifyJwt(token, await heldKeySet(client, [keyId])))
  await setup.admin.close()
})

test('without the setting there is no document', async () => {
  const other = await startTestServer()
  try {
    assert.notEqual((await ask({}, 'GET', other)).status, 200)
  } finally {
    await other.close()
  }
})
