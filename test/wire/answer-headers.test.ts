import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { after, before, describe, test } from 'node:test'
import { GenerateRandom } from '../../src/api/instance.ts'
import { metadataServer } from '../../src/cli/metadata/service.ts'
import type { HttpRequest } from '../../src/gateway/http.ts'
import { encodeMessage } from '../../src/wire/protobuf.ts'
import { type Application, instanceRequest, newApplication } from '../kit/instance.ts'
import { acs3Request, httpRequest, v1Request } from '../kit/openapi.ts'
import { startTestServer, type TestServer } from '../kit/server.ts'

let server: TestServer
let application: Application

before(async () => {
  server = await startTestServer({ config: { maxBodyBytes: 65_536 } })
  application = await newApplication(server.kms, { name: 'headers' })
})
after(() => server.close())

/** As the service and Node write them; anything else would be a name that some client does not find. */
const written = /^(?:Content-Type|Content-Length|Cache-Control|Date|Connection|Keep-Alive|x-acs-[a-z-]+|x-kms-[a-z]+)$/

interface Seen {
  readonly status: number
  readonly names: readonly string[]
}

async function send(endpoint: string, { method, target, headers, body }: HttpRequest): Promise<Seen> {
  const options = {
    method,
    headers: Object.fromEntries([...headers].map(([name, values]) => [name, values.join()])),
    path: target,
    ca: readFileSync(server.caFile),
    servername: 'localhost',
  }
  const sent = endpoint.startsWith('https:') ? secureRequest(endpoint, options) : plainRequest(endpoint, options)
  sent.end(body)
  const [message] = await once(sent, 'response')
  message.resume()
  const { rawHeaders, statusCode } = message
  return { status: statusCode, names: rawHeaders.filter((_: string, index: number) => index % 2 === 0) }
}

const date = () => new Date()
const random = (length: number): HttpRequest =>
  instanceRequest(server.kms, application, 'GenerateRandom', encodeMessage(GenerateRandom.request, { length }))
const path = (target: string): HttpRequest => httpRequest({ method: 'GET', target })
const tooLong = (headers: Record<string, string>): HttpRequest => httpRequest({ headers, body: 'x'.repeat(70_000) })

/** Every kind of answer that leaves the server. */
const answers: Readonly<Record<string, { readonly status: number; readonly request: () => HttpRequest }>> = {
  'a success, V1': { status: 200, request: () => v1Request(server, 'DescribeRegions', {}, { date: date() }) },
  'a success, ACS3': { status: 200, request: () => acs3Request(server, 'DescribeRegions', {}, { date: date() }) },
  'a success, XML': {
    status: 200,
    request: () => acs3Request(server, 'DescribeRegions', { Format: 'XML' }, { date: date() }),
  },
  'an error': { status: 404, request: () => v1Request(server, 'DescribeKey', { KeyId: 'x' }, { date: date() }) },
  'an error, XML': {
    status: 400,
    request: () => acs3Request(server, 'DescribeKey', { Format: 'XML' }, { date: date() }),
  },
  'an error without a caller': { status: 400, request: () => path('/') },
  'another path': { status: 404, request: () => path('/x') },
  'another method': { status: 403, request: () => httpRequest({ method: 'PUT' }) },
  'a success of the instance gateway': { status: 200, request: () => random(8) },
  'an error of the instance gateway': { status: 400, request: () => random(65) },
  'what is too long': { status: 413, request: () => tooLong({}) },
  'what is too long for the instance gateway': { status: 413, request: () => tooLong({ 'x-kms-apiname': 'Encrypt' }) },
  'a Host that is none': { status: 400, request: () => httpRequest({ headers: { host: 'a b' } }) },
  '/livez': { status: 200, request: () => path('/livez') },
  '/healthz': { status: 200, request: () => path('/healthz') },
  '/readyz': { status: 200, request: () => path('/readyz') },
  '/metrics': { status: 503, request: () => path('/metrics') },
}

describe('headers of answers are named as the service names them', () => {
  for (const [what, { status, request }] of Object.entries(answers)) {
    test(what, async () => {
      for (const endpoint of [server.endpoint, server.httpEndpoint]) {
        const seen = await send(endpoint, request())
        assert.equal(seen.status, status, what)
        assert.ok(seen.names.includes('Content-Type'), seen.names.join())
        assert.ok(seen.names.includes('Content-Length'), seen.names.join())
        assert.deepEqual(
          seen.names.filter((name) => !written.test(name)),
          [],
        )
      }
    })
  }

  test('also while sealed', async () => {
    await server.service.seal()
    try {
      for (const request of [path('/readyz'), path('/?Action=ListKeys&Version=2016-01-20'), random(8)]) {
        const { status, names } = await send(server.httpEndpoint, request)
        assert.equal(status, 503)
        assert.deepEqual(
          names.filter((name) => !written.test(name)),
          [],
        )
      }
    } finally {
      await server.unseal()
    }
  })

  test('and those of the metadata service', async (t) => {
    const metadata = metadataServer({
      roleName: 'app',
      regionId: 'cn-beijing',
      requireToken: false,
      now: date,
      assume: () => Promise.reject(new Error('none')),
    })
    metadata.listen(0, '127.0.0.1')
    await once(metadata, 'listening')
    t.after(() => metadata.close())
    const address = metadata.address()
    assert.ok(typeof address === 'object' && address !== null)
    const local = (target: string) => httpRequest({ method: 'GET', target, headers: { host: '127.0.0.1' } })
    for (const target of ['region-id', 'ram/security-credentials/', 'ram/security-credentials/app', 'nothing']) {
      const { names } = await send(`http://127.0.0.1:${address.port}`, local(`/latest/meta-data/${target}`))
      assert.deepEqual(names.slice(0, 3), ['Content-Type', 'Cache-Control', 'Content-Length'])
    }
  })
})
