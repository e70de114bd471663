import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect } from 'node:tls'
import { temporaryFolder } from '../../../test/kit/audit.ts'
import { testVault } from '../../../test/kit/tls.ts'
import { Answerer } from '../http/serve.ts'
import type { Log } from '../log.ts'
import { createAuthority, createServerCertificate } from '../tls/authority.ts'
import { Listeners, type ListenOptions } from './listeners.ts'
import { Ports } from './ports.ts'

const limits = { maxBodyBytes: 1000, maxConcurrentRequests: 10, maxConnectionsPerSource: 10 }

function namesSeen(endpoint: string, ca: string): Promise<string> {
  const { hostname: host, port } = new URL(endpoint)
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), ca }, () => {
      resolve(socket.getPeerCertificate().subjectaltname ?? '')
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

interface Setup {
  readonly tls: Pick<ListenOptions['tls'], 'folder' | 'certFile' | 'keyFile'>
  readonly http?: string
  readonly now?: () => Date
}

/** Closed when the test ends. `logged` is told of everything. */
function listenersOf(t: TestContext, { tls, http, now = () => new Date() }: Setup) {
  const logged: string[] = []
  const log: Log = { write: (level, message) => logged.push(`${level} ${message}`) }
  const listeners = new Listeners({
    front: new Ports({ answerer: new Answerer({ routes: [], limits, log }), cloudNames: [], log }),
    ...{ https: '127.0.0.1:0', http, now, log },
    tls: { names: [], deployment: 'test', vault: testVault(), ...tls },
  })
  t.after(() => listeners.close(0))
  return { listeners, logged }
}

test('a certificate from elsewhere is read again; a bad one is told and leaves the old one in use', async (t) => {
  const folder = temporaryFolder(t)
  const authority = await createAuthority(
    'Test CA',
    ['first.example.com', 'second.example.com', '127.0.0.1'],
    new Date(),
  )
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const install = async (name: string): Promise<void> => {
    const made = await createServerCertificate(authority, [name, '127.0.0.1'], new Date())
    writeFileSync(certFile, made.certificate)
    writeFileSync(keyFile, made.privateKey)
  }
  await install('first.example.com')
  const { listeners, logged } = listenersOf(t, { tls: { folder, certFile, keyFile } })
  await listeners.open()
  const seen = () => namesSeen(listeners.endpoint, authority.certificate)
  assert.match(await seen(), /first\.example\.com/)
  assert.equal(listeners.caFile, undefined)

  await install('second.example.com')
  await listeners.reload()
  assert.match(await seen(), /second\.example\.com/)

  writeFileSync(certFile, readFileSync(certFile, 'utf8').slice(0, 100))
  await listeners.reload()
  assert.match(await seen(), /second\.example\.com/)
  assert.deepEqual(logged, ['info server certificate changed', 'error the new server certificate cannot be used'])
})

test('a connection that cannot be accepted is told of, once a while, and the next one is served', async (t) => {
  const servers: Server[] = []
  const note = (message: unknown): void => void servers.push((message as { server: Server }).server)
  const { listeners, logged } = listenersOf(t, { http: '127.0.0.1:0', tls: { folder: temporaryFolder(t) } })
  subscribe('tracing:net.server.listen:asyncStart', note)
  await listeners.open()
  unsubscribe('tracing:net.server.listen:asyncStart', note)
  assert.equal(servers.length, 2)
  // as Node does when accept(2) fails
  for (let n = 0; n < 3; n++) for (const server of servers) server.emit('error', new Error('accept EMFILE'))
  assert.deepEqual(logged, Array(2).fill('error connections cannot be accepted'))
  assert.equal((await fetch(`${listeners.httpEndpoint}/`)).status, 404)
})

test('a certificate that has expired, or will within days, is told of', async (t) => {
  const folder = temporaryFolder(t)
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const made = new Date('2024-01-01T00:00:00Z')
  const authority = await createAuthority('Test CA', ['127.0.0.1'], made)
  const { certificate, privateKey } = await createServerCertificate(authority, ['127.0.0.1'], made)
  writeFileSync(certFile, certificate)
  writeFileSync(keyFile, privateKey)
  for (const [today, told] of [
    ['2024-11-21', []],
    ['2025-01-10', ['warn the server certificate expires on 2025-02-01T00:00:00.000Z']],
    ['2025-02-02', ['error the server certificate has expired on 2025-02-01T00:00:00.000Z']],
  ] as const) {
    const now = () => new Date(`${today}T00:00:00Z`)
    const { listeners, logged } = listenersOf(t, { now, tls: { folder, certFile, keyFile } })
    await listeners.open()
    assert.deepEqual(logged, told)
    assert.equal(listeners.certificateEnd?.toISOString(), '2025-02-01T00:00:00.000Z')
  }
})
