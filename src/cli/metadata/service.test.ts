import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type MetadataOptions, metadataServer, parseListenAddress } from './service.ts'

const credentialsPath = '/latest/meta-data/ram/security-credentials/'

async function started(t: TestContext, more: Partial<MetadataOptions> = {}) {
  const clock = { time: Date.parse('2026-01-01T00:00:00Z') }
  let sessions = 0
  const server = metadataServer({
    roleName: 'app',
    regionId: 'cn-beijing',
    requireToken: false,
    now: () => new Date(clock.time),
    assume: async () => ({
      accessKeyId: `STS.${++sessions}`,
      accessKeySecret: 'secret',
      securityToken: 'token',
      expiration: `${new Date(clock.time + 3_600_000).toISOString().slice(0, 19)}Z`,
    }),
    ...more,
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
    return { status: response.status, body: await response.text() }
  }
  const keyId = async () => JSON.parse((await ask(`${credentialsPath}app`)).body).AccessKeyId
  return { ask, clock, keyId, port }
}
const tokenFor = (seconds: string): RequestInit => ({
  method: 'PUT',
  headers: { 'x-aliyun-ecs-metadata-token-ttl-seconds': seconds },
})
const withToken = (token: string): RequestInit => ({ headers: { 'x-aliyun-ecs-metadata-token': token } })

test('in plain mode the role, the region and credentials are there for the asking', async (t) => {
  const { ask } = await started(t)
  assert.deepEqual(await ask('/latest/meta-data/region-id'), { status: 200, body: 'cn-beijing' })
  assert.deepEqual(await ask(credentialsPath), { status: 200, body: 'app' })
  assert.deepEqual(JSON.parse((await ask(`${credentialsPath}app`)).body), {
    ...{ AccessKeyId: 'STS.1', AccessKeySecret: 'secret', SecurityToken: 'token', Code: 'Success' },
    ...{ Expiration: '2026-01-01T01:00:00Z', LastUpdated: '2026-01-01T00:00:00Z' },
  })
  assert.equal((await ask(`${credentialsPath}other`)).status, 404)
})

test('in hardened mode only a token that is valid now opens anything', async (t) => {
  const { ask, clock } = await started(t, { requireToken: true })
  assert.equal((await ask(credentialsPath)).status, 401)
  assert.equal((await ask(credentialsPath, withToken('guessed'))).status, 401)
  const { body: token } = await ask('/latest/api/token', tokenFor('60'))
  assert.deepEqual(await ask(credentialsPath, withToken(token)), { status: 200, body: 'app' })
  clock.time += 60_000
  assert.equal((await ask(credentialsPath, withToken(token))).status, 401)
})

test('a token lasts between a second and six hours', async (t) => {
  const { ask } = await started(t)
  for (const seconds of ['0', '21601', '-1', 'x', '']) {
    assert.equal((await ask('/latest/api/token', tokenFor(seconds))).status, 400, seconds)
  }
  assert.equal((await ask('/latest/api/token', { method: 'PUT' })).status, 400)
  assert.equal((await ask('/latest/api/token', tokenFor('21600'))).status, 200)
})

test('credentials are renewed half an hour before they expire, and once for all who ask', async (t) => {
  const { clock, keyId } = await started(t)
  assert.deepEqual(await Promise.all([keyId(), keyId(), keyId()]), ['STS.1', 'STS.1', 'STS.1'])
  clock.time += 29 * 60_000
  assert.equal(await keyId(), 'STS.1')
  clock.time += 60_000
  assert.equal(await keyId(), 'STS.2')
})

test('what a browser or a proxy sends for somebody else is refused', async (t) => {
  const { ask, port } = await started(t)
  const [response] = await once(get({ port, path: credentialsPath, headers: { host: 'rebound.example' } }), 'response')
  assert.equal(response.statusCode, 403)
  response.resume()
  assert.equal((await ask(credentialsPath, { headers: { 'x-forwarded-for': '203.0.113.1' } })).status, 403)
  assert.equal((await ask(credentialsPath, { method: 'POST' })).status, 405)
})

test('a role that cannot be assumed is an error for the program and a line for its owner', async (t) => {
  const failures: unknown[] = []
  const denied = new Error('denied')
  const { ask } = await started(t, {
    assume: () => Promise.reject(denied),
    onFailure: (error) => failures.push(error),
  })
  assert.equal((await ask(`${credentialsPath}app`)).status, 502)
  assert.deepEqual(failures, [denied])
})

test('it listens on addresses of this machine only', () => {
  assert.deepEqual(parseListenAddress('127.0.0.1:0'), { host: '127.0.0.1', port: 0 })
  assert.deepEqual(parseListenAddress('[::1]:8100'), { host: '::1', port: 8100 })
  assert.deepEqual(parseListenAddress('100.100.100.200:80'), { host: '100.100.100.200', port: 80 })
  for (const text of ['0.0.0.0:80', '192.0.2.1:80', ':80', '127.0.0.1', '127.0.0.1:99999']) {
    assert.throws(() => parseListenAddress(text), RangeError, text)
  }
})
