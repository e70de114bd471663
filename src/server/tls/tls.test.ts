import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { connect, createServer } from 'node:tls'
import { temporaryFolder } from '../../../test/kit/audit.ts'
import { formerAuthority } from '../../../test/kit/former-tls.ts'
import { openssl, opensslMissing } from '../../../test/kit/openssl.ts'
import { testVault } from '../../../test/kit/tls.ts'
import { createServerCertificate, type Identity } from './authority.ts'
import { TlsFolder } from './files.ts'
import { encodeNameConstraints, readNameConstraints } from './name-constraints.ts'
import { kmsNames } from './names.ts'
import { serverIdentity, type TlsSettings } from './store.ts'

const now = new Date('2026-11-21T10:00:00Z')
const later = (days: number): Date => new Date(now.getTime() + days * 86_400_000)
const settingsIn = (folder: string, more: Partial<TlsSettings> = {}): TlsSettings => ({
  folder,
  names: [],
  host: '127.0.0.1',
  cloud: kmsNames(['cn-hangzhou']),
  deployment: '5f1b1c1e-aaaa',
  vault: testVault(),
  ...more,
})

/** The CA with its key. */
function authorityIn({ folder, vault }: TlsSettings): Identity {
  const files = new TlsFolder(folder)
  const certificate = files.readAuthority() ?? ''
  return { certificate, privateKey: files.openAuthorityKey(certificate, vault) ?? '' }
}

/** How a client of today that trusts the CA ends: `trusted`, or the message of its error. */
function handshake(server: Identity, ca: string, servername: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const listening = createServer({ cert: server.certificate, key: server.privateKey }, (socket) => socket.destroy())
  listening.on('tlsClientError', () => {})
  listening.listen(0, '127.0.0.1', () => {
    const { port } = listening.address() as { port: number }
    const socket = connect({ host: '127.0.0.1', port, ca, servername, checkServerIdentity: () => undefined }, () => {
      resolve('trusted')
      socket.destroy()
    })
    socket.on('error', (error) => resolve(error.message))
  })
  return promise.finally(() => listening.close())
}

describe('the first start', () => {
  test('makes a CA that signs the server certificate directly', async (t) => {
    const settings = settingsIn(temporaryFolder(t), { names: ['kms.example.com', '10.1.2.3'], host: '127.0.0.79' })
    const { certificate, caFile } = await serverIdentity(settings, now)
    const [server, ca] = [new X509Certificate(certificate), new X509Certificate(readFileSync(caFile ?? ''))]
    assert.ok(server.verify(ca.publicKey) && server.checkIssued(ca) && ca.ca && !server.ca)
    assert.equal(ca.subject, 'CN=Keyhaven CA 5f1b1c1e\nO=Keyhaven')
    assert.equal(ca.validToDate.toISOString().slice(0, 4), '2036')
    for (const name of ['localhost', 'kms.example.com']) assert.equal(server.checkHost(name), name)
    for (const address of ['127.0.0.1', '::1', '10.1.2.3', '127.0.0.79']) assert.equal(server.checkIP(address), address)
    assert.equal(server.checkHost('elsewhere.example.com'), undefined)
    assert.deepEqual(server.keyUsage, ['1.3.6.1.5.5.7.3.1'])
  })

  test('names what unchanged programs connect to: instances, and the public hosts of the regions', async (t) => {
    const { certificate } = await serverIdentity(
      settingsIn(temporaryFolder(t), { cloud: kmsNames(['cn-hangzhou', 'ap-southeast-1']) }),
      now,
    )
    const server = new X509Certificate(certificate)
    const host = 'kst-hzz0000000000000000001.cryptoservice.kms.aliyuncs.com'
    assert.equal(server.checkHost(host), '*.cryptoservice.kms.aliyuncs.com')
    for (const region of ['cn-hangzhou', 'ap-southeast-1']) {
      for (const name of [`kms.${region}.aliyuncs.com`, `kms-vpc.${region}.aliyuncs.com`])
        assert.equal(server.checkHost(name), name)
    }
    assert.equal(server.checkHost('kms.us-west-1.aliyuncs.com'), undefined)
  })

  test('leaves out an address that stands for all', async (t) => {
    for (const host of ['0.0.0.0', '::']) {
      const { certificate } = await serverIdentity(settingsIn(temporaryFolder(t), { host }), now)
      assert.equal(new X509Certificate(certificate).checkIP(host), undefined)
    }
  })

  test('writes one certificate into the CA file, as old Java clients need it, and no key that others can read', async (t) => {
    const settings = settingsIn(temporaryFolder(t))
    const { caFile } = await serverIdentity(settings, now)
    assert.equal(readFileSync(caFile ?? '', 'utf8').match(/BEGIN CERTIFICATE/g)?.length, 1)
    if (process.platform === 'win32') return
    for (const name of ['ca-key.sealed', 'server-key.pem'])
      assert.equal(statSync(join(settings.folder, name)).mode & 0o777, 0o600)
  })
})

describe('the CA', () => {
  test('signs for the names it was made for, and for nobody else, whoever has its key', async (t) => {
    const settings = settingsIn(temporaryFolder(t), { names: ['kms.example.com', '10.1.2.3'] })
    const own = await serverIdentity(settings, new Date())
    const authority = authorityIn(settings)
    const sign = (...names: string[]) => createServerCertificate(authority, names, new Date())
    const check = async (identity: Identity) => handshake(identity, authority.certificate, 'localhost')
    assert.equal(await check(own), 'trusted')
    assert.equal(await check(await sign('kms.example.com', '127.9.9.9')), 'trusted')
    for (const name of ['www.example.com', 'example.com', 'aliyuncs.com', 'ecs.aliyuncs.com', '10.1.2.4', '::2'])
      assert.equal(await check(await sign('localhost', name)), 'permitted subtree violation', name)
  })

  test('is read by the openssl command with its constraints', { skip: opensslMissing }, async (t) => {
    const { caFile } = await serverIdentity(settingsIn(temporaryFolder(t), { names: ['10.1.2.3', '2001:db8::7'] }), now)
    const text = openssl(['x509', '-in', caFile ?? '', '-noout', '-text']).toString()
    assert.match(text, /Basic Constraints: critical\s+CA:TRUE, pathlen:0/)
    assert.match(text, /Name Constraints: critical\s+Permitted:/)
    for (const name of ['DNS:localhost', 'DNS:cryptoservice.kms.aliyuncs.com', 'DNS:kms.cn-hangzhou.aliyuncs.com'])
      assert.ok(text.includes(name), name)
    assert.match(text, /IP:127\.0\.0\.0\/255\.0\.0\.0\s+IP:127\.0\.0\.1\/255\.255\.255\.255/)
    assert.match(text, /IP:10\.1\.2\.3\/255\.255\.255\.255\s+IP:2001:DB8:0:0:0:0:0:7\/FFFF:/)
  })

  test('has its key under the root key of its deployment, for itself alone', async (t) => {
    const settings = settingsIn(temporaryFolder(t))
    await serverIdentity(settings, now)
    const files = readdirSync(settings.folder)
    assert.deepEqual(files.sort(), ['ca-key.sealed', 'ca.pem', 'server-key.pem', 'server.pem'])
    const withKeys = files.filter((file) => readFileSync(join(settings.folder, file), 'latin1').includes('PRIVATE'))
    assert.deepEqual(withKeys, ['server-key.pem'])
    const elsewhere = temporaryFolder(t)
    await serverIdentity(settingsIn(elsewhere, { vault: settings.vault }), now)
    writeFileSync(join(elsewhere, 'ca-key.sealed'), readFileSync(join(settings.folder, 'ca-key.sealed')))
    for (const strange of [settingsIn(settings.folder), settingsIn(elsewhere, { vault: settings.vault })])
      await assert.rejects(
        serverIdentity(strange, now),
        /ca-key\.sealed is damaged: restore that of this deployment; or/,
      )
  })

  test('refuses a name that an operator asks for later, and leaves out one that comes by itself', async (t) => {
    const settings = settingsIn(temporaryFolder(t))
    const first = await serverIdentity(settings, now)
    const told: string[] = []
    const moved = await serverIdentity({ ...settings, host: '10.0.0.5' }, now, (warning) => told.push(warning))
    assert.equal(moved.certificate, first.certificate)
    assert.match(told.join(), /may not sign for 10\.0\.0\.5, which the certificate lacks: remove tls\/ca\.pem to have/)
    await assert.rejects(serverIdentity({ ...settings, names: ['kms.example.com'] }, now), {
      name: 'ConfigError',
      message:
        /^tlsNames: the own CA may not sign for kms\.example\.com: remove tls\/ca\.pem .* clients then have to trust$/,
    })
    rmSync(join(settings.folder, 'ca.pem'))
    const { certificate } = await serverIdentity({ ...settings, names: ['kms.example.com'] }, now)
    assert.ok(new X509Certificate(certificate).checkHost('kms.example.com'))
  })

  test('is followed by another one at its end, of which it is told in time', async (t) => {
    const settings = settingsIn(temporaryFolder(t))
    const { caFile } = await serverIdentity(settings, now)
    const ca = readFileSync(caFile ?? '', 'utf8')
    const told: string[] = []
    const at = (days: number) => serverIdentity(settings, later(days), (warning) => told.push(warning))
    const last = await at(3600)
    assert.equal(new X509Certificate(last.certificate).validTo, new X509Certificate(ca).validTo)
    assert.equal((await at(3651)).certificate, last.certificate)
    assert.match(told.at(-1) ?? '', /^the own CA ends on 2036-11-20: remove tls\/ca\.pem/)
    const next = await at(3653)
    assert.match(told.at(-1) ?? '', /^the own CA has expired: clients have to trust the new tls\/ca\.pem$/)
    const renewed = readFileSync(caFile ?? '', 'utf8')
    assert.notEqual(renewed, ca)
    assert.ok(new X509Certificate(next.certificate).checkIssued(new X509Certificate(renewed)))
  })
})

describe('later starts', () => {
  test('keep the certificate until it is about to expire, and the CA beyond that', async (t) => {
    const settings = settingsIn(temporaryFolder(t))
    const first = await serverIdentity(settings, now)
    const ca = readFileSync(first.caFile ?? '', 'utf8')
    assert.equal((await serverIdentity(settings, later(360))).certificate, first.certificate)
    const renewed = await serverIdentity(settings, later(370))
    assert.notEqual(renewed.certificate, first.certificate)
    assert.equal(readFileSync(first.caFile ?? '', 'utf8'), ca)
    assert.ok(new X509Certificate(renewed.certificate).verify(new X509Certificate(ca).publicKey))
  })

  test('make a new certificate when a name is taken away that the CA may sign for and given again', async (t) => {
    const folder = temporaryFolder(t)
    const settings = settingsIn(folder, { names: ['kms.example.com'] })
    const named = await serverIdentity(settings, now)
    rmSync(join(folder, 'server.pem'))
    const unnamed = await serverIdentity({ ...settings, names: [] }, now)
    assert.equal(new X509Certificate(unnamed.certificate).checkHost('kms.example.com'), undefined)
    const again = await serverIdentity(settings, now)
    assert.ok(new X509Certificate(again.certificate).checkHost('kms.example.com'))
    writeFileSync(join(folder, 'server-key.pem'), named.privateKey)
    assert.notEqual((await serverIdentity(settings, now)).certificate, again.certificate)
  })

  test('serve what is there when the key of the CA is gone, and say so', async (t) => {
    const settings = settingsIn(temporaryFolder(t))
    const first = await serverIdentity(settings, now)
    rmSync(join(settings.folder, 'ca-key.sealed'))
    const told: string[] = []
    const at = (days: number) => serverIdentity(settings, later(days), (warning) => told.push(warning))
    assert.equal((await at(1)).certificate, first.certificate)
    assert.deepEqual(told, [])
    assert.equal((await at(390)).certificate, first.certificate)
    assert.match(told.join(), /^a new server certificate is due and cannot be made: the key of the own CA is missing: /)
    rmSync(join(settings.folder, 'server.pem'))
    await assert.rejects(at(1), {
      name: 'ConfigError',
      message: /no server certificate and none can be made: the key of the own CA/,
    })
  })
})

describe('while the deployment is sealed', () => {
  const sealed = (t: Parameters<typeof temporaryFolder>[0], more: Partial<TlsSettings> = {}) => {
    const vault = testVault()
    const settings = settingsIn(temporaryFolder(t), { vault, ...more })
    return { vault, settings }
  }

  test('a first start makes a CA, whose key is sealed as soon as it can be', async (t) => {
    const { vault, settings } = sealed(t)
    vault.close()
    const first = await serverIdentity(settings, now)
    assert.ok(existsSync(join(settings.folder, 'ca-key.pem')))
    assert.deepEqual(await serverIdentity(settings, now), first)
    vault.reopen()
    assert.deepEqual(await serverIdentity(settings, now), first)
    assert.deepEqual(readdirSync(settings.folder).sort(), ['ca-key.sealed', 'ca.pem', 'server-key.pem', 'server.pem'])
  })

  test('a CA that has expired meanwhile is not replaced before anybody can vouch for it', async (t) => {
    const { vault, settings } = sealed(t)
    const first = await serverIdentity(settings, now)
    vault.close()
    assert.equal((await serverIdentity(settings, later(3700))).certificate, first.certificate)
    vault.reopen()
    assert.notEqual((await serverIdentity(settings, later(3700))).certificate, first.certificate)
  })

  test('the certificate is served as it is, and renewed once the key can be opened', async (t) => {
    const { vault, settings } = sealed(t)
    const first = await serverIdentity(settings, now)
    vault.close()
    const told: string[] = []
    const at = (days: number) => serverIdentity(settings, later(days), (warning) => told.push(warning))
    assert.deepEqual(await at(0), first)
    assert.equal((await at(390)).certificate, first.certificate)
    assert.deepEqual(told, ['a new server certificate is due and cannot be made: sealed'])
    vault.reopen()
    assert.notEqual((await at(390)).certificate, first.certificate)
  })
})

describe('a folder of an earlier release', () => {
  test('keeps its CA, whose key is sealed as soon as the deployment is unsealed', async (t) => {
    const now = new Date()
    const vault = testVault()
    const settings = settingsIn(temporaryFolder(t), { vault, names: ['any.example.org'] })
    const former = await formerAuthority(settings.folder, now)
    const made = await createServerCertificate(former, ['localhost'], now)
    new TlsFolder(settings.folder).writeServer(made)
    vault.close()
    const told: string[] = []
    const start = () => serverIdentity(settings, now, (warning) => told.push(warning))
    const renewed = await start()
    assert.notEqual(renewed.certificate, made.certificate)
    assert.equal(await handshake(renewed, former.certificate, 'any.example.org'), 'trusted')
    assert.ok(existsSync(join(settings.folder, 'ca-key.pem')))
    vault.reopen()
    assert.deepEqual(await start(), renewed)
    assert.equal(readFileSync(join(settings.folder, 'ca.pem'), 'utf8'), former.certificate)
    assert.ok(!existsSync(join(settings.folder, 'ca-key.pem')))
    assert.equal(authorityIn(settings).privateKey, former.privateKey)
    assert.match(
      told.at(-1) ?? '',
      /^the own CA is of an earlier release and may sign for any name: remove tls\/ca\.pem/,
    )
  })
})

test('a certificate from elsewhere is used as it is, and a missing file is named', async (t) => {
  const folder = temporaryFolder(t)
  const settings = settingsIn(folder)
  const own = await serverIdentity(settings, now)
  const files = { certFile: join(folder, 'server.pem'), keyFile: join(folder, 'server-key.pem') }
  assert.deepEqual(await serverIdentity(settingsIn(join(folder, 'unused'), files), now), { ...own, caFile: undefined })
  await assert.rejects(serverIdentity(settingsIn(folder, { ...files, keyFile: join(folder, 'no.pem') }), now), {
    name: 'ConfigError',
    message: `tlsKey: ${join(folder, 'no.pem')} cannot be read (ENOENT)`,
  })
  await assert.rejects(serverIdentity(settingsIn(folder, { certFile: files.certFile }), now), /must be given together/)
})

test('name constraints are read as they are written', async (t) => {
  const names = ['localhost', 'KMS.example.com', '*.instances.example.com', '10.1.2.3', '2001:db8::7', '::ffff:1.2.3.4']
  const settings = settingsIn(temporaryFolder(t), { names: names.filter((name) => !name.startsWith('::ffff')) })
  const { caFile } = await serverIdentity(settings, now)
  const permits = readNameConstraints(new X509Certificate(readFileSync(caFile ?? '')).raw)
  assert.ok(permits)
  for (const name of [...settings.names, 'kms.example.com', 'a.instances.example.com', '127.1.2.3', '2001:DB8:0::7'])
    assert.equal(permits(name), true, name)
  for (const name of [
    'example.com',
    'xkms.example.com',
    'instances.example.org',
    '10.1.2.4',
    '2001:db8::8',
    '128.0.0.1',
  ])
    assert.equal(permits(name), false, name)
  assert.ok(Buffer.from(encodeNameConstraints(names)).includes(Buffer.from('00000000000000000000ffff01020304', 'hex')))
})
