import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../../test/kit/audit.ts'
import { serverIdentity, type TlsSettings } from './store.ts'

const now = new Date('2026-11-21T10:00:00Z')
const later = (days: number): Date => new Date(now.getTime() + days * 86_400_000)
const settingsIn = (folder: string, more: Partial<TlsSettings> = {}): TlsSettings => ({
  folder,
  names: [],
  deployment: '5f1b1c1e-aaaa',
  ...more,
})

test('the first start makes a CA that signs the server certificate directly', async (t) => {
  const folder = temporaryFolder(t)
  const { certificate, caFile } = await serverIdentity(
    settingsIn(folder, { names: ['kms.example.com', '10.1.2.3'] }),
    now,
  )
  const [server, ca] = [new X509Certificate(certificate), new X509Certificate(readFileSync(caFile ?? ''))]
  assert.ok(server.verify(ca.publicKey) && server.checkIssued(ca) && ca.ca && !server.ca)
  assert.equal(ca.subject, 'CN=Keyhaven CA 5f1b1c1e\nO=Keyhaven')
  for (const name of ['localhost', 'kms.example.com']) assert.equal(server.checkHost(name), name)
  for (const address of ['127.0.0.1', '::1', '10.1.2.3']) assert.equal(server.checkIP(address), address)
  assert.equal(server.checkHost('elsewhere.example.com'), undefined)
  assert.deepEqual(server.keyUsage, ['1.3.6.1.5.5.7.3.1'])
})

test('the certificate fits the host names of instances, which programs have in their settings', async (t) => {
  const { certificate } = await serverIdentity(settingsIn(temporaryFolder(t)), now)
  const server = new X509Certificate(certificate)
  const host = 'kst-hzz0000000000000000001.cryptoservice.kms.aliyuncs.com'
  assert.equal(server.checkHost(host), '*.cryptoservice.kms.aliyuncs.com')
  assert.equal(server.checkHost('kms.cn-hangzhou.aliyuncs.com'), undefined)
})

test('the CA file holds one certificate, as old Java clients need it', async (t) => {
  const { caFile } = await serverIdentity(settingsIn(temporaryFolder(t)), now)
  assert.equal(readFileSync(caFile ?? '', 'utf8').match(/BEGIN CERTIFICATE/g)?.length, 1)
})

test('private keys are readable by their owner only', {
  skip: process.platform === 'win32' && 'no modes here',
}, async (t) => {
  const folder = temporaryFolder(t)
  await serverIdentity(settingsIn(folder), now)
  for (const name of ['ca-key.pem', 'server-key.pem']) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
})

test('later starts keep the certificate until it is about to expire, and the CA beyond that', async (t) => {
  const folder = temporaryFolder(t)
  const first = await serverIdentity(settingsIn(folder), now)
  const ca = readFileSync(first.caFile ?? '', 'utf8')
  assert.equal((await serverIdentity(settingsIn(folder), later(360))).certificate, first.certificate)
  const renewed = await serverIdentity(settingsIn(folder), later(370))
  assert.notEqual(renewed.certificate, first.certificate)
  assert.equal(readFileSync(first.caFile ?? '', 'utf8'), ca)
  assert.ok(new X509Certificate(renewed.certificate).verify(new X509Certificate(ca).publicKey))
})

test('a new name, or a key that does not belong to the certificate, makes a new certificate', async (t) => {
  const folder = temporaryFolder(t)
  const first = await serverIdentity(settingsIn(folder), now)
  const named = await serverIdentity(settingsIn(folder, { names: ['kms.example.com'] }), now)
  assert.notEqual(named.certificate, first.certificate)
  writeFileSync(join(folder, 'server-key.pem'), first.privateKey)
  const repaired = await serverIdentity(settingsIn(folder, { names: ['kms.example.com'] }), now)
  assert.notEqual(repaired.certificate, named.certificate)
})

test('a certificate from elsewhere is used as it is, and a missing file is named', async (t) => {
  const folder = temporaryFolder(t)
  const own = await serverIdentity(settingsIn(folder), now)
  const files = { certFile: join(folder, 'server.pem'), keyFile: join(folder, 'server-key.pem') }
  assert.deepEqual(await serverIdentity(settingsIn(join(folder, 'unused'), files), now), { ...own, caFile: undefined })
  await assert.rejects(serverIdentity(settingsIn(folder, { ...files, keyFile: join(folder, 'no.pem') }), now), {
    name: 'ConfigError',
    message: `tlsKey: ${join(folder, 'no.pem')} cannot be read (ENOENT)`,
  })
  await assert.rejects(serverIdentity(settingsIn(folder, { certFile: files.certFile }), now), /must be given together/)
})
