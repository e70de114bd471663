import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { temporaryFolder } from '../../test/kit/audit.ts'
import { Answerer } from './http/serve.ts'
import { Listeners } from './listeners.ts'
import type { Log } from './log.ts'
import { createAuthority, createServerCertificate } from './tls/authority.ts'

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

test('a certificate from elsewhere is read again; a bad one is told and leaves the old one in use', async (t) => {
  const folder = temporaryFolder(t)
  const authority = await createAuthority('Test CA', new Date())
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const install = async (name: string): Promise<void> => {
    const made = await createServerCertificate(authority, [name, '127.0.0.1'], new Date())
    writeFileSync(certFile, made.certificate)
    writeFileSync(keyFile, made.privateKey)
  }
  await install('first.example.com')
  const logged: string[] = []
  const log: Log = { write: (level, message) => logged.push(`${level} ${message}`) }
  const listeners = new Listeners({
    answerer: new Answerer({ routes: [], limits, log }),
    https: '127.0.0.1:0',
    tls: { folder, names: [], certFile, keyFile, deployment: 'test' },
    now: () => new Date(),
    log,
  })
  t.after(() => listeners.close(0))
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
