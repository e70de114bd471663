import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { connect as connectSocket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls'
import { smallLimits as limits, rawAnswer as raw, startAnswerer as start } from '../../../test/kit/answerer.ts'
import { temporaryFolder } from '../../../test/kit/audit.ts'
import { testVault } from '../../../test/kit/tls.ts'
import { ErrorMessage } from '../../api/instance.ts'
import { KmsError } from '../../core/errors.ts'
import type { HttpRequest, HttpResponse } from '../../gateway/http.ts'
import { decodeMessage } from '../../wire/protobuf.ts'
import { serverIdentity } from '../tls/store.ts'
import { closeServer, listen, tlsOptions } from './listen.ts'
import { json, type Route } from './route.ts'
import { Answerer } from './serve.ts'

test('a request arrives as a plain record', async (t) => {
  let seen: HttpRequest | undefined
  const { url } = await start(t, async (request) => {
    seen = request
    return json(200, {})
  })
  await fetch(`${url}/a%2Fb?x=1&x=2`, { method: 'POST', body: 'hello', headers: { 'X-Kms-Test': 'yes' } })
  assert.equal(seen?.method, 'POST')
  assert.equal(seen.target, '/a%2Fb?x=1&x=2')
  assert.deepEqual(seen.headers.get('x-kms-test'), ['yes'])
  assert.equal(Buffer.from(seen.body).toString(), 'hello')
  assert.deepEqual([seen.sourceAddress, seen.secureTransport], ['127.0.0.1', false])
})

test('a repeated header keeps both values', async (t) => {
  let seen: HttpRequest | undefined
  const { port } = await start(t, async (request) => {
    seen = request
    return json(200, {})
  })
  await raw(port, 'GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: 2\r\nConnection: close\r\n\r\n')
  assert.deepEqual(seen?.headers.get('x-a'), ['1', '2'])
})

test('a body over the limit is refused, with and without a length, and the next connection works', async (t) => {
  const { url, port } = await start(t, async () => json(200, {}))
  const answer = await fetch(url, { method: 'POST', body: 'x'.repeat(1001) })
  assert.equal(answer.status, 413)
  assert.match(await answer.text(), /"Code":"RequestEntityTooLarge"/)
  const chunk = `3e9\r\n${'x'.repeat(1001)}\r\n`
  const chunked = `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk}0\r\n\r\n`
  assert.match(await raw(port, chunked), /^HTTP\/1\.1 413 /)
  assert.equal((await fetch(url, { method: 'POST', body: 'x'.repeat(1000) })).status, 200)
})

test('a route that refuses once the request is read is answered all the same', async (t) => {
  const { url } = await start(t, async () => {
    throw new KmsError('ServiceUnavailableTemporary')
  })
  for (const init of [{}, { method: 'POST', body: 'x' }]) assert.equal((await fetch(url, init)).status, 503)
})

test('a request with both Content-Length and Transfer-Encoding, or two lengths, is refused', async (t) => {
  let reached = false
  const { port } = await start(t, async () => {
    reached = true
    return json(200, {})
  })
  const both = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
  const twice = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!'
  for (const bytes of [both, twice]) assert.match(await raw(port, bytes), /^HTTP\/1\.1 400 /)
  assert.equal(reached, false)
})

test('headers over 128 KiB are refused', async (t) => {
  const { port } = await start(t, async () => json(200, {}))
  assert.match(await raw(port, `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(140_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /)
})

test('a fault of a gateway is an InternalFailure for the caller and a line in the log', async (t) => {
  const { url, logged } = await start(t, () => Promise.reject(new TypeError('secret canary')))
  const answer = await fetch(url)
  assert.equal(answer.status, 500)
  const text = await answer.text()
  assert.match(text, /"Code":"InternalFailure"/)
  assert.doesNotMatch(text, /canary/)
  assert.deepEqual(logged, ['error internal failure'])
})

test('more requests at once than allowed are turned away', async (t) => {
  const gate = Promise.withResolvers<HttpResponse>()
  const { url } = await start(t, () => gate.promise, { maxConcurrentRequests: 1 })
  const first = fetch(url)
  const second = await fetch(url)
  assert.equal(second.status, 503)
  gate.resolve(json(200, {}))
  assert.equal((await first).status, 200)
})

test('who sends a body slowly takes no place from others', async (t) => {
  const { url, port } = await start(t, async () => json(200, {}), { maxConcurrentRequests: 1 })
  const slow = connectSocket(port, '127.0.0.1')
  slow.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx')
  await once(slow, 'connect')
  for (let attempt = 0; attempt < 5; attempt++) assert.equal((await fetch(url)).status, 200)
  slow.destroy()
})

test('long bodies have a bounded memory, short ones always find room', async (t) => {
  const more = { maxBodyBytes: 1_000_000, maxBufferedBytes: 200_000 }
  const gate = Promise.withResolvers<HttpResponse>()
  const reached = Promise.withResolvers<void>()
  const handle: Route['handle'] = async ({ target }) => {
    if (target !== '/held') return json(200, {})
    reached.resolve()
    return gate.promise
  }
  const { url } = await start(t, handle, more)
  const post = (path: string, length: number) => fetch(url + path, { method: 'POST', body: 'x'.repeat(length) })
  assert.equal((await post('/', 300_000)).status, 503)
  const held = post('/held', 200_000)
  await reached.promise
  assert.equal((await post('/', 200_000)).status, 503)
  assert.equal((await post('/', 60_000)).status, 200)
  gate.resolve(json(200, {}))
  assert.equal((await held).status, 200)
  assert.equal((await post('/', 200_000)).status, 200)
})

test('of the memory for long bodies one address gets a quarter, and others find theirs', async (t) => {
  const gate = Promise.withResolvers<HttpResponse>()
  let reached = Promise.withResolvers<undefined>()
  const handle: Route['handle'] = async () => {
    reached.resolve(undefined)
    return gate.promise
  }
  const more = { maxBodyBytes: 100_000, maxBufferedBytes: 4_000_000 }
  const { url } = await start(t, handle, more, { trustedProxies: ['127.0.0.1'] })
  const held: Promise<Response>[] = []
  /** @returns the answer of a request that was refused; undefined of one that is held */
  const post = async (client: string) => {
    reached = Promise.withResolvers()
    const headers = { 'x-forwarded-for': client }
    const answer = fetch(url, { method: 'POST', body: 'x'.repeat(100_000), headers })
    const refused = await Promise.race([answer, reached.promise])
    if (refused === undefined) held.push(answer)
    return refused
  }
  let refused: Response | undefined
  while (refused === undefined && held.length < 100) refused = await post('192.0.2.1')
  assert.equal(refused?.status, 503)
  for (const client of ['192.0.2.2', '192.0.2.3']) assert.equal(await post(client), undefined)
  gate.resolve(json(200, {}))
  for (const answer of held) assert.equal((await answer).status, 200)
})

test('what the server itself refuses is a protobuf error for clients of instances', async (t) => {
  const gate = Promise.withResolvers<HttpResponse>()
  const { url } = await start(t, () => gate.promise, { maxConcurrentRequests: 1 })
  const refused = async (body: string) => {
    const answer = await fetch(url, { method: 'POST', body, headers: { 'x-kms-apiname': 'Encrypt' } })
    assert.equal(answer.headers.get('content-type'), 'application/x-protobuf')
    const error = decodeMessage(ErrorMessage, new Uint8Array(await answer.arrayBuffer()))
    assert.equal(error.statusCode, answer.status)
    return `${answer.status} ${error.errorCode}`
  }
  assert.equal(await refused('x'.repeat(1001)), '413 RequestEntityTooLarge')
  const first = fetch(url)
  assert.equal((await fetch(url)).status, 503)
  assert.equal(await refused('x'), '503 ServiceUnavailableTemporary')
  gate.reject(new TypeError('a fault'))
  assert.equal((await first).status, 500)
  assert.equal(await refused('x'), '500 InternalFailure')
})

test('more connections of one address than allowed are closed', async (t) => {
  const { port, url } = await start(t, async () => json(200, {}), { maxConnectionsPerSource: 1 })
  const first = connectSocket(port, '127.0.0.1')
  await new Promise((resolve) => first.once('connect', resolve))
  await assert.rejects(fetch(url))
  first.destroy()
})

test('a port in use is told in one line', async (t) => {
  const { port } = await start(t, async () => json(200, {}))
  const { http } = { http: new Answerer({ routes: [], limits, log: { write: () => {} } }).http() }
  await assert.rejects(listen(http, { host: '127.0.0.1', port }), {
    name: 'ConfigError',
    message: `port ${port} on 127.0.0.1 is in use by another program: choose another with --https or KEYHAVEN_HTTPS`,
  })
})

interface Handshake {
  readonly protocol: string | null
  readonly alpn: string | false | null
  readonly certificate: PeerCertificate
}

function handshake(port: number, options: object): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connectTls({ host: '127.0.0.1', port, ...options }, () => {
      resolve({ protocol: socket.getProtocol(), alpn: socket.alpnProtocol, certificate: socket.getPeerCertificate() })
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

test('TLS: trusted by the CA file, 1.2 and 1.3 with AEAD only, HTTP/1.1, and a new certificate without a restart', async (t) => {
  const folder = temporaryFolder(t)
  const settings = { folder, names: ['renewed.example.com'], deployment: 'test', vault: testVault() }
  const identity = await serverIdentity(settings, new Date())
  const route: Route = { name: 'all', matches: () => true, handle: async (r) => json(200, { tls: r.secureTransport }) }
  const server = new Answerer({ routes: [route], limits, log: { write: () => {} } }).https(tlsOptions(identity))
  const port = Number((await listen(server, { host: '127.0.0.1', port: 0 })).split(':')[1])
  t.after(() => closeServer(server, 0))
  const ca = readFileSync(identity.caFile ?? '')

  const modern = await handshake(port, { ca, ALPNProtocols: ['h2', 'http/1.1'] })
  assert.deepEqual([modern.protocol, modern.alpn], ['TLSv1.3', 'http/1.1'])
  assert.equal((await handshake(port, { ca, maxVersion: 'TLSv1.2' })).protocol, 'TLSv1.2')
  await assert.rejects(handshake(port, {}), /self-signed certificate|unable to verify/)
  const cbc = { ca, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384' }
  await assert.rejects(handshake(port, cbc))
  const old = { ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }
  await assert.rejects(handshake(port, old))

  const answer = await new Promise<string>((resolve, reject) => {
    const sent = httpsRequest({ host: 'localhost', port, ca, lookup: undefined }, (message) => {
      message.setEncoding('utf8').on('data', resolve)
    })
    sent.on('error', reject).end()
  })
  assert.deepEqual(JSON.parse(answer), { tls: true })

  const before = (await handshake(port, { ca })).certificate.fingerprint256
  rmSync(join(folder, 'server.pem'))
  server.setSecureContext(tlsOptions(await serverIdentity(settings, new Date())))
  assert.notEqual((await handshake(port, { ca })).certificate.fingerprint256, before)
})
