import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { after, before, describe, test } from 'node:test'
import { CreateNetworkRule } from '../src/api/application-access.ts'
import { GenerateRandom } from '../src/api/instance.ts'
import { createNetworkRule } from '../src/core/application-access/create-network-rule.ts'
import type { HttpRequest } from '../src/gateway/http.ts'
import { queryAudit } from '../src/server/audit/query.ts'
import type { Config } from '../src/server/config/schema.ts'
import { encodeMessage } from '../src/wire/protobuf.ts'
import type { SigningCredentials } from '../src/wire/rpc-signature.ts'
import { actor } from './kit/calls.ts'
import { type Application, instanceRequest, newApplication } from './kit/instance.ts'
import { acs3Request, v1Request } from './kit/openapi.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

interface Setup {
  readonly server: TestServer
  /** may list keys from 192.0.2.0/24 only */
  readonly user: SigningCredentials
  /** may call from 10.9.0.0/16 only */
  readonly application: Application
}

async function setUp(config: Partial<Config>): Promise<Setup> {
  const server = await startTestServer({ config })
  await actor(server.kms)(CreateNetworkRule, createNetworkRule, {
    name: 'rule',
    type: 'Private',
    sourcePrivateIp: ['10.9.0.0/16'],
  })
  const application = await newApplication(server.kms, { name: 'proxied', networkRules: ['rule'] })
  return { server, application, user: await restrictedUser(server) }
}

async function restrictedUser(server: TestServer): Promise<SigningCredentials> {
  const ram = async (action: string, parameters: Record<string, string>) => {
    const date = new Date()
    const { status, body } = await send(
      server,
      server.httpEndpoint,
      v1Request(server, action, parameters, { date, version: '2015-05-01' }),
    )
    assert.equal(status, 200, body)
    return JSON.parse(body)
  }
  const Condition = { IpAddress: { 'acs:SourceIp': ['192.0.2.0/24'] } }
  const Statement = [{ Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*', Condition }]
  await ram('CreateUser', { UserName: 'near' })
  await ram('CreatePolicy', { PolicyName: 'near', PolicyDocument: JSON.stringify({ Version: '1', Statement }) })
  await ram('AttachPolicyToUser', { PolicyType: 'Custom', PolicyName: 'near', UserName: 'near' })
  const { AccessKey } = await ram('CreateAccessKey', { UserName: 'near' })
  return { accessKeyId: AccessKey.AccessKeyId, accessKeySecret: AccessKey.AccessKeySecret }
}

interface Reply {
  readonly status: number
  readonly body: string
}

/** Sends a request as a proxy on this machine would, for a client. */
function send(server: TestServer, endpoint: string, request: HttpRequest, forwardedFor?: string): Promise<Reply> {
  const { method, target, headers, body } = request
  const sent = {
    method,
    path: target,
    ca: readFileSync(server.caFile),
    servername: 'localhost',
    headers: {
      ...Object.fromEntries([...headers].map(([name, values]) => [name, values.join()])),
      ...(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }),
    },
  }
  const { promise, resolve, reject } = Promise.withResolvers<Reply>()
  const open = endpoint.startsWith('https:') ? secureRequest : plainRequest
  open(endpoint, sent, async (message) => {
    const chunks: Buffer[] = []
    for await (const chunk of message) chunks.push(chunk)
    resolve({ status: message.statusCode ?? 0, body: Buffer.concat(chunks).toString() })
  })
    .on('error', reject)
    .end(body)
  return promise
}

const random = ({ server, application }: Setup): HttpRequest =>
  instanceRequest(server.kms, application, 'GenerateRandom', encodeMessage(GenerateRandom.request, { length: 8 }))
const list = ({ user }: Setup): HttpRequest => acs3Request(user, 'ListKeys', {}, { date: new Date() })

describe('behind a trusted proxy', () => {
  let setup: Setup
  let ports: readonly string[]
  before(async () => {
    setup = await setUp({ trustedProxies: ['127.0.0.0/8', '::1'] })
    ports = [setup.server.endpoint, setup.server.httpEndpoint]
  })
  after(() => setup.server.close())

  test('conditions of policies see the client', async () => {
    for (const port of ports) {
      assert.equal((await send(setup.server, port, list(setup), '192.0.2.7')).status, 200)
      assert.equal((await send(setup.server, port, list(setup), '198.51.100.7')).status, 403)
      assert.equal(
        (await send(setup.server, port, list(setup), '192.0.2.7, 198.51.100.7')).status,
        403,
        'its own claim',
      )
      assert.equal((await send(setup.server, port, list(setup))).status, 403, 'the proxy itself')
    }
  })

  test('network rules of applications see the client', async () => {
    for (const port of ports) {
      assert.equal((await send(setup.server, port, random(setup), '10.9.1.1')).status, 200)
      assert.equal((await send(setup.server, port, random(setup), '10.8.1.1')).status, 403)
      assert.equal((await send(setup.server, port, random(setup), '10.9.1.1, 10.8.1.1')).status, 403)
    }
  })

  test('guesses are counted by client, and who signs rightly is served whoever guesses', async () => {
    const wrong = { ...setup.user, accessKeySecret: 'guess' }
    const guess = (client: string) =>
      send(setup.server, ports[0] ?? '', v1Request(wrong, 'ListKeys', {}, { date: new Date() }), client)
    for (let attempt = 0; attempt < 11; attempt++) await guess('192.0.2.66')
    assert.equal((await guess('192.0.2.66')).status, 429)
    assert.equal((await guess('192.0.2.67')).status, 400)
    assert.equal((await send(setup.server, ports[0] ?? '', list(setup), '192.0.2.66')).status, 200)
  })

  test('the audit log says who the client is', async () => {
    await send(setup.server, ports[0] ?? '', list(setup), '192.0.2.201')
    await send(setup.server, ports[0] ?? '', random(setup), '10.9.0.201')
    const sources = new Set([...queryAudit(`${setup.server.data}/audit`, {})].map(({ source }) => source))
    assert.ok(sources.has('192.0.2.201') && sources.has('10.9.0.201'), [...sources].join())
  })

  test('metrics stay with this machine', async () => {
    const metrics: HttpRequest = { ...list(setup), method: 'GET', target: '/metrics', body: new Uint8Array(0) }
    for (const port of ports) {
      assert.equal((await send(setup.server, port, metrics, '192.0.2.7')).status, 403)
      assert.notEqual((await send(setup.server, port, metrics)).status, 403)
    }
  })
})

describe('without a trusted proxy', () => {
  let setup: Setup
  before(async () => {
    setup = await setUp({})
  })
  after(() => setup.server.close())

  test('what a request says about its source is not looked at', async () => {
    for (const port of [setup.server.endpoint, setup.server.httpEndpoint]) {
      assert.equal((await send(setup.server, port, list(setup), '192.0.2.7')).status, 403)
      assert.equal((await send(setup.server, port, random(setup), '10.9.1.1')).status, 403)
      assert.equal((await send(setup.server, port, list(setup), 'nonsense')).status, 403)
    }
  })

  test('who is forwarded gets no metrics all the same', async () => {
    const metrics: HttpRequest = { ...list(setup), method: 'GET', target: '/metrics', body: new Uint8Array(0) }
    assert.equal((await send(setup.server, setup.server.httpEndpoint, metrics, '192.0.2.7')).status, 403)
  })
})

test('a proxy that is no address, and a PROXY protocol of nobody, are refused at the start', async () => {
  await assert.rejects(startTestServer({ config: { trustedProxies: ['10.0.0.0/33'] } }), /10\.0\.0\.0\/33/)
  await assert.rejects(startTestServer({ config: { proxyProtocol: true } }), {
    name: 'ConfigError',
    message: 'proxyProtocol needs trustedProxies, which says from whom a PROXY header is believed',
  })
})
