import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { Agent, get } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { CreateUser } from '../src/api/ram.ts'
import { newAccessKey } from '../src/core/ram/create-access-key.ts'
import { createUser } from '../src/core/ram/create-user.ts'
import { Client } from '../src/sdk/client.ts'
import { InstanceClient } from '../src/sdk/instance-client.ts'
import { StsClient } from '../src/sdk/sts-client.ts'
import { kmsSeal } from '../src/seals/kms-seal.ts'
import { type KmsSealSettings, parseSealSettings, withWholePaths } from '../src/seals/settings.ts'
import { queryAudit } from '../src/server/audit/query.ts'
import type { Config } from '../src/server/config/schema.ts'
import { officialClients } from './compatibility/clients.ts'
import { actor } from './kit/calls.ts'
import { folderWith, keyhaven } from './kit/cli.ts'
import { ClientAuthority, type ClientIdentity } from './kit/client-authority.ts'
import { type Application, newApplication } from './kit/instance.ts'
import { acs3Request } from './kit/openapi.ts'
import { startTestServer, type TestServer } from './kit/server.ts'
import { isReady } from './tools/image/settings.ts'

let authority: ClientAuthority
let identities: Record<'alice' | 'app' | 'proxy' | 'nobody' | 'expired' | 'revoked' | 'foreign', ClientIdentity>

before(async () => {
  authority = await ClientAuthority.make()
  const stranger = await ClientAuthority.make('Strangers')
  identities = {
    alice: await authority.issue({ uri: 'spiffe://example.org/people/alice' }),
    app: await authority.issue({ dns: 'shop.pods.example.org' }),
    proxy: await authority.issue({ commonName: 'proxy' }),
    nobody: await authority.issue({ commonName: 'nobody' }),
    expired: await authority.issue({ commonName: 'proxy', notAfter: new Date(Date.now() - 60_000) }),
    revoked: await authority.issue({ commonName: 'proxy' }),
    foreign: await stranger.issue({ commonName: 'proxy' }),
  }
})

const rules = [
  { uri: 'spiffe://example.org/people/*', principals: ['user/*'] },
  { dns: '*.pods.example.org', principals: ['applicationaccesspoint/*'] },
  { commonName: 'proxy', principals: ['*'] },
]

interface Setup {
  readonly server: TestServer
  readonly files: Readonly<Record<'clientCaFile' | 'clientCrlFile' | 'clientPrincipalsFile', string>>
  readonly logged: string[]
  readonly alice: { readonly accessKeyId: string; readonly accessKeySecret: string }
  readonly shop: Application
}

async function setUp(config: Partial<Config>, now?: () => Date): Promise<Setup> {
  const folder = folderWith({
    'ca.pem': authority.ca,
    'crl.pem': await authority.revocationList([identities.revoked]),
    'principals.json': JSON.stringify(rules),
  })
  const files = {
    clientCaFile: join(folder, 'ca.pem'),
    clientCrlFile: join(folder, 'crl.pem'),
    clientPrincipalsFile: join(folder, 'principals.json'),
  }
  const logged: string[] = []
  const server = await startTestServer({
    config: { ...files, ...config },
    ...(now ? { now } : {}),
    log: { write: (level, message, { code } = {}) => logged.push(`${level} ${message} ${code ?? ''}`.trim()) },
  })
  await actor(server.kms)(CreateUser, createUser, { userName: 'alice' })
  const alice = await newAccessKey(server.kms, server.accountId, 'alice')
  const shop = await newApplication(server.kms, { name: 'shop' })
  return { server, files, logged, alice, shop }
}

const own = ({ accessKeyId, accessKeySecret }: TestServer) => ({ accessKeyId, accessKeySecret })

/** Who the server thinks is calling, over a connection with this certificate. */
async function caller(
  { server }: Setup,
  credentials: { readonly accessKeyId: string; readonly accessKeySecret: string },
  identity?: ClientIdentity,
): Promise<string | undefined> {
  const { endpoint, caFile } = server
  await using sts = new StsClient({ endpoint, caFile, ...shown(identity), ...credentials, retry: false })
  return (await sts.getCallerIdentity()).arn
}

const shown = (identity: ClientIdentity | undefined) => identity && { cert: identity.cert, certKey: identity.key }

/** The ids of the keys that an application sees by its ClientKey. */
async function asApplication({ server, shop }: Setup, identity: ClientIdentity): Promise<number> {
  const { endpoint, caFile } = server
  const { clientKeyId: id, privateKey } = shop
  await using client = new InstanceClient({
    ...{ endpoint, caFile, ...shown(identity), clientKey: { id, privateKey }, retry: false },
  })
  return (await client.generateRandom({ length: 8 })).random.length
}

/** The status of a request to a path, over a connection of the agent's. */
function statusOf(endpoint: string, path: string, options: ConnectionOptions & { readonly agent?: Agent }) {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  get(`${endpoint}${path}`, options, (answer) => {
    answer.resume().once('end', () => resolve(answer.statusCode))
  }).once('error', reject)
  return promise
}

const code = (wanted: string) => (error: { readonly code?: string }) => error.code === wanted
const isForOthers = code('Forbidden.ClientCertificate')

describe('where certificates are required', { skip: process.platform !== 'linux' && 'workers are for Linux' }, () => {
  let setup: Setup
  before(async () => {
    setup = await setUp({
      ...{ clientCertificates: 'required', workers: 2 },
      ...{ console: '127.0.0.1:0', consoleClientCertificates: 'off', health: '127.0.0.1:0' },
    })
    await setup.server.service.startMetrics()
  })
  after(() => setup.server.close())
  const trusting = (): ConnectionOptions => ({ ca: readFileSync(setup.server.caFile) })

  test('a connection without a valid one gets no further, whatever it asks for', async () => {
    await assert.rejects(caller(setup, own(setup.server)), {
      code: 'network',
      message: /may ask for a client certificate\.$/,
    })
    await assert.rejects(statusOf(setup.server.endpoint, '/livez', trusting()))
    for (const name of ['expired', 'revoked', 'foreign'] as const) {
      await assert.rejects(caller(setup, own(setup.server), identities[name]), code('network'), name)
      await assert.rejects(statusOf(setup.server.endpoint, '/livez', { ...trusting(), ...identities[name] }))
    }
    const told = setup.logged.filter((line) => line.includes('refused for its client certificate'))
    assert.match(told.join('\n'), /^warn a connection was refused for its client certificate \w+$/m)
  })

  test('a session that was begun at another port, where none is asked for, goes on without one neither', async () => {
    const { consoleUrl = '', endpoint } = setup.server.service
    const at = (url: string) => ({ host: '127.0.0.1', port: Number(new URL(url).port), servername: 'localhost' })
    const first = connect({ ...at(consoleUrl), ...trusting() })
    const [session] = await once(first, 'session')
    first.destroy()
    const second = connect({ ...at(endpoint), ...trusting(), session })
    second.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await assert.rejects(once(second, 'data'), (error: Error) => error.message.includes('certificate required'))
  })

  test('a program for which the port without TLS is a proxy is asked like everybody else', async () => {
    const through = async (identity?: ClientIdentity): Promise<string> => {
      const { hostname: host, port } = new URL(setup.server.httpEndpoint)
      const asked = request({ host, port, method: 'CONNECT', path: 'sts.aliyuncs.com:443' }).end()
      const [, socket] = await once(asked, 'connect')
      const secure = connect({ socket, ...trusting(), ...identity, servername: 'localhost' })
      secure.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n')
      const [answer] = await once(secure, 'data')
      secure.destroy()
      return String(answer)
    }
    assert.match(await through(identities.alice), /^HTTP\/1\.1 200 /)
    await assert.rejects(through(), (error: Error) => error.message.includes('certificate required'))
  })

  test('one for somebody lets in the calls that they sign, and no others', async () => {
    const { alice, server } = setup
    assert.match((await caller(setup, alice, identities.alice)) ?? '', /:user\/alice$/)
    await assert.rejects(caller(setup, own(server), identities.alice), isForOthers)
    await assert.rejects(caller(setup, alice, identities.app), isForOthers)
    await assert.rejects(caller(setup, alice, identities.nobody), isForOthers)
    assert.match((await caller(setup, alice, identities.proxy)) ?? '', /:user\/alice$/)
    assert.match((await caller(setup, own(server), identities.proxy)) ?? '', /:root$/)
  })

  test('so at the instance gateway', async () => {
    assert.equal(await asApplication(setup, identities.app), 8)
    await assert.rejects(asApplication(setup, identities.alice), isForOthers)
  })

  test('the audit log has its fingerprint, of what was let in and what was not', async () => {
    const { alice, server } = setup
    await assert.rejects(caller(setup, alice, identities.app), isForOthers)
    await caller(setup, alice, identities.alice)
    const records = [
      ...queryAudit(join(server.data, 'audit'), { action: 'GetCallerIdentity', principal: 'user/alice' }),
    ]
    // Refusals of one kind are a record and a count.
    const [allowed, refused] = [records.at(-1), records.find((record) => record.code !== 'Success')]
    const { X509Certificate } = await import('node:crypto')
    const fingerprint = (name: 'alice' | 'app') =>
      new X509Certificate(identities[name].cert).fingerprint256.replaceAll(':', '').toLowerCase()
    assert.deepEqual([allowed?.code, allowed?.certificate], ['Success', fingerprint('alice')])
    assert.deepEqual([refused?.code, refused?.certificate], ['Forbidden.ClientCertificate', fingerprint('app')])
  })

  test('official clients show theirs', async () => {
    const { server, alice } = setup
    const names = ['@alicloud/openapi-client, ACS3-HMAC-SHA256', '@alicloud/openapi-core']
    const connection = {
      host: new URL(server.endpoint).host,
      protocol: 'https',
      ca: readFileSync(server.caFile, 'utf8'),
    } as const
    for (const { name, connect: open } of officialClients.filter((client) => names.includes(client.name))) {
      const call = open({ ...connection, ...alice, ...identities.alice })
      // The user has no policy: the answer is about the call, not about the connection.
      await assert.rejects(call('ListKeys'), code('Forbidden.NoPermission'), name)
      await assert.rejects(open({ ...connection, ...alice, ...identities.app })('ListKeys'), isForOthers, name)
      await assert.rejects(
        open({ ...connection, ...alice })('ListKeys'),
        (error: { code?: string }) => !/^Forbidden/.test(error.code ?? ''),
      )
    }
  })

  test('a command shows the one of its options, of its environment, or of its profile', async () => {
    const { server, alice } = setup
    const cwd = folderWith({ 'alice.pem': identities.alice.cert, 'alice-key.pem': identities.alice.key })
    const key = { KEYHAVEN_ACCESS_KEY_ID: alice.accessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: alice.accessKeySecret }
    const reached = { KEYHAVEN_ENDPOINT: server.endpoint, KEYHAVEN_CA_FILE: server.caFile, ...key }
    const flags = ['--cert-file', 'alice.pem', '--cert-key-file', 'alice-key.pem']
    const isAlice = (out: string) => assert.match(out, /:user\/alice"/)
    const who = ['sts', 'GetCallerIdentity', '--json']
    const none = await keyhaven(who, { cwd, env: reached })
    assert.equal(none.status, 1)
    assert.match(none.err, /^keyhaven: network: .* it may ask for a client certificate\./)
    isAlice((await keyhaven([...who, ...flags], { cwd, env: reached })).out)
    const variables = { KEYHAVEN_CERT_FILE: 'alice.pem', KEYHAVEN_CERT_KEY_FILE: 'alice-key.pem' }
    isAlice((await keyhaven(who, { cwd, env: { ...reached, ...variables } })).out)
    const at = ['--endpoint', server.endpoint, '--ca-file', server.caFile]
    const written = await keyhaven(['configure', ...at, ...flags], { cwd, home: cwd, env: key })
    assert.equal(written.status, 0, written.err)
    isAlice((await keyhaven(who, { cwd: folderWith(), home: cwd })).out)
  })

  test('another KMS that demands one is asked with that of the seal file', async () => {
    const { endpoint, caFile } = setup.server
    const { cert, key } = identities.proxy
    const folder = folderWith({ 'cert.pem': cert, 'key.pem': key })
    await using client = new Client({ endpoint, caFile, ...own(setup.server), ...shown(identities.proxy) })
    const { keyId } = (await client.createKey()).keyMetadata
    const written = {
      kind: 'kms',
      endpoint,
      keyId,
      caFile,
      ...own(setup.server),
      certFile: 'cert.pem',
      certKeyFile: 'key.pem',
    }
    const settings = withWholePaths(parseSealSettings(JSON.stringify(written)), join(folder, 'seal.json'))
    const seal = kmsSeal(settings as KmsSealSettings)
    const [rootKey, aad] = [new Uint8Array(32).fill(7), new Uint8Array([1])]
    assert.deepEqual(await seal.unwrap(await seal.wrap(rootKey, aad), aad), rootKey)
    const half = { ...written, certKeyFile: undefined }
    assert.throws(() => parseSealSettings(JSON.stringify(half)), { message: 'certKeyFile: is needed beside certFile' })
  })

  test('a certificate without its key, or with another, is refused before anything is sent', async () => {
    const { endpoint, caFile } = setup.server
    const { cert } = identities.alice
    const open = (options: object) => () => new Client({ endpoint, caFile, ...own(setup.server), ...options })
    const names = (parameter: string) => ({ name: 'ClientError', code: 'configuration', parameter })
    assert.throws(open({ cert }), names('certKeyFile'))
    assert.throws(open({ certKey: identities.app.key }), names('certFile'))
    assert.throws(open({ cert, certKey: identities.app.key }), names('certKey'))
    assert.throws(open({ cert: 'nothing', certKey: identities.app.key }), names('cert'))
    assert.throws(open({ certFile: '/nowhere/cert.pem', certKey: identities.app.key }), names('certFile'))
  })

  test('probes have a port of their own, which answers nothing else', async () => {
    const { healthEndpoint = '' } = setup.server.service
    for (const path of ['/livez', '/healthz', '/readyz', '/metrics'])
      assert.equal((await fetch(healthEndpoint + path)).status, 200, path)
    for (const path of ['/?Action=ListKeys', '/console/'])
      assert.equal((await fetch(healthEndpoint + path)).status, 404)
  })

  test('the check of a container asks at the port for probes, and where there is none at the one that serves', async (t) => {
    const { healthEndpoint = '' } = setup.server.service
    const isFoundReady = (env: NodeJS.ProcessEnv) =>
      new Promise<boolean>((resolve) =>
        execFile(process.execPath, ['-e', isReady], { env }, (error) => resolve(error === null)),
      )
    const strict = { KEYHAVEN_HTTPS: new URL(setup.server.endpoint).host }
    assert.equal(await isFoundReady({ ...strict, KEYHAVEN_HEALTH: new URL(healthEndpoint).host }), true)
    assert.equal(await isFoundReady(strict), false, 'it shows no certificate')
    const plain = await startTestServer()
    t.after(() => plain.close())
    const served = { KEYHAVEN_HTTPS: new URL(plain.endpoint).host }
    assert.equal(await isFoundReady(served), true)
    await plain.service.seal()
    assert.equal(await isFoundReady(served), false, 'sealed')
  })

  test('browsers reach the console at its own port, which asks for none', async () => {
    const { consoleUrl = '' } = setup.server.service
    const { origin, pathname } = new URL(consoleUrl.replace('127.0.0.1', 'localhost'))
    assert.notEqual(await statusOf(origin, pathname, trusting()), undefined)
  })

  test('a revoked one counts no longer as soon as the list is read, on connections that are open neither', async () => {
    const { server, files } = setup
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ...trusting(), ...identities.proxy })
    assert.equal(await statusOf(server.endpoint, '/livez', { agent }), 200)
    writeFileSync(files.clientCrlFile, await authority.revocationList([identities.revoked, identities.proxy]))
    await server.service.reload()
    await assert.rejects(statusOf(server.endpoint, '/livez', { agent }))
    assert.equal(await statusOf(server.endpoint, '/livez', { ...trusting(), ...identities.alice }), 200)
    agent.destroy()
  })

  test('what cannot be read leaves what was read before in force', async () => {
    const { server, files, logged } = setup
    writeFileSync(files.clientPrincipalsFile, '[{"uri": "a*b*", "principals": ["user/x"]}]')
    await server.service.reload()
    assert.ok(logged.includes('error what says which client certificates are taken cannot be used'))
    assert.match((await caller(setup, setup.alice, identities.alice)) ?? '', /:user\/alice$/)
  })

  test('a list that has ended refuses every certificate, and the log says so', async () => {
    const { server, files, logged } = setup
    writeFileSync(files.clientPrincipalsFile, JSON.stringify(rules))
    writeFileSync(files.clientCrlFile, await authority.revocationList([], new Date(Date.now() - 60_000)))
    await server.service.reload()
    assert.ok(logged.some((line) => /^error clientCrlFile: a list has ended on .*: every client/.test(line)))
    await assert.rejects(caller(setup, setup.alice, identities.alice), code('network'))
  })
})

describe('where certificates are optional', () => {
  let setup: Setup
  let ahead = 0
  before(async () => {
    setup = await setUp({ clientCertificates: 'optional' }, () => new Date(Date.now() + ahead))
  })
  after(() => setup.server.close())

  test('who shows none is served as ever; who shows one that is not valid is not', async () => {
    const { server, alice } = setup
    assert.match((await caller(setup, own(server))) ?? '', /:root$/)
    for (const name of ['expired', 'revoked', 'foreign'] as const)
      await assert.rejects(caller(setup, own(server), identities[name]), code('network'), name)
    assert.match((await caller(setup, alice, identities.alice)) ?? '', /:user\/alice$/)
    await assert.rejects(caller(setup, own(server), identities.alice), isForOthers)
    await assert.rejects(caller(setup, own(server), identities.nobody), isForOthers)
  })

  test('a policy can ask for one', async () => {
    const { server, alice } = setup
    const document = (value: string) =>
      JSON.stringify({
        Version: '1',
        Statement: [
          {
            ...{ Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*' },
            Condition: { Bool: { 'keyhaven:ClientCertificate': value } },
          },
        ],
      })
    const { RamClient } = await import('../src/sdk/ram-client.ts')
    const { endpoint, caFile } = server
    await using ram = new RamClient({ endpoint, caFile, ...own(server) })
    await ram.createPolicy({ policyName: 'shown', policyDocument: document('true') })
    await ram.attachPolicyToUser({ policyType: 'Custom', policyName: 'shown', userName: 'alice' })
    const count = async (identity?: ClientIdentity) => {
      await using client = new Client({ endpoint, caFile, ...alice, ...shown(identity), retry: false })
      return (await client.listKeys()).totalCount
    }
    assert.equal(await count(identities.alice), 0)
    await assert.rejects(count(), code('Forbidden.NoPermission'))
  })

  test('one that is being shown when the list of revoked ones is read is not waited for', async () => {
    const { server, files } = setup
    const passed = (): Promise<number | undefined> => {
      const agent = new Agent({ ca: readFileSync(server.caFile), ...identities.alice })
      return statusOf(server.endpoint, '/livez', { agent })
    }
    const socket = connectPlain({ host: '127.0.0.1', port: Number(new URL(server.endpoint).port) })
    await once(socket, 'connect')
    // Of one thread, connections are taken in their order.
    assert.equal(await passed(), 200)
    writeFileSync(files.clientCrlFile, await authority.revocationList([identities.revoked, identities.nobody]))
    await server.service.reload()
    assert.equal(await passed(), 200)
    assert.equal(socket.closed, true)
  })

  const hourMs = 3_600_000
  for (const [what, listHours, hours] of [
    ['one that expires', 5, 2],
    ['a list of revoked ones that ends', 0.25, 0.5],
  ] as const)
    test(`${what} on an open connection ends it, and no session goes on`, async () => {
      const { server, files } = setup
      const { endpoint, caFile } = server
      const list = await authority.revocationList([identities.revoked], new Date(Date.now() + listHours * hourMs))
      writeFileSync(files.clientCrlFile, list)
      await server.service.reload()
      const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: readFileSync(caFile), ...identities.alice })
      const sessions = Promise.withResolvers<Buffer>()
      agent.on('keylog', (_line, socket: TLSSocket) => socket.once('session', sessions.resolve))
      assert.equal(await statusOf(endpoint, '/livez', { agent }), 200)
      const session = await sessions.promise
      ahead = hours * hourMs
      await assert.rejects(statusOf(endpoint, '/livez', { agent }))
      await assert.rejects(statusOf(endpoint, '/livez', { ca: readFileSync(caFile), session }))
      ahead = 0
      assert.equal(await statusOf(endpoint, '/livez', { ca: readFileSync(caFile), session }), 200)
      agent.destroy()
    })

  test('a CA between that expires ends an open connection, and a session that goes on where it is in the file', async () => {
    const { server, files } = setup
    const { endpoint, caFile } = server
    const later = new Date(Date.now() + 5 * hourMs)
    const between = await authority.intermediate('Between', new Date(Date.now() + hourMs / 4))
    const { cert, key } = await between.issue({ commonName: 'proxy', notAfter: later })
    const lists = [await authority.revocationList([], later), await between.revocationList([], later)]
    writeFileSync(files.clientCrlFile, lists.join(''))
    writeFileSync(files.clientCaFile, authority.ca + between.ca)
    await server.service.reload()
    const ca = readFileSync(caFile)
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, cert: cert + between.ca, key })
    const sessions = Promise.withResolvers<Buffer>()
    agent.on('keylog', (_line, socket: TLSSocket) => socket.once('session', sessions.resolve))
    assert.equal(await statusOf(endpoint, '/livez', { agent }), 200)
    const session = await sessions.promise
    assert.equal(await statusOf(endpoint, '/livez', { agent }), 200)
    ahead = hourMs / 2
    await assert.rejects(statusOf(endpoint, '/livez', { agent }))
    await assert.rejects(statusOf(endpoint, '/livez', { ca, session }))
    ahead = 0
    assert.equal(await statusOf(endpoint, '/livez', { ca, session }), 200)
    agent.destroy()
  })

  test('a client takes up a certificate that was renewed, without a pause', async () => {
    const { endpoint, caFile } = setup.server
    const folder = folderWith({ 'cert.pem': identities.app.cert, 'key.pem': identities.app.key })
    const [certFile, certKeyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    await using sts = new StsClient({ endpoint, caFile, certFile, certKeyFile, ...setup.alice, retry: false })
    await assert.rejects(sts.getCallerIdentity(), isForOthers)
    writeFileSync(certFile, identities.alice.cert)
    writeFileSync(certKeyFile, identities.alice.key)
    for (;;) {
      const arn = await sts.getCallerIdentity().then(
        (answer) => answer.arn,
        (error: unknown) => {
          if (!isForOthers(error as object)) throw error
        },
      )
      if (arn?.endsWith(':user/alice')) break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })
})

describe('behind a proxy that hands TLS through', () => {
  let setup: Setup
  before(async () => {
    setup = await setUp({ clientCertificates: 'required', trustedProxies: ['127.0.0.1'], proxyProtocol: true })
  })
  after(() => setup.server.close())

  /** What is answered to a signed call, or why there is none. */
  async function called(identity?: ClientIdentity, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const { endpoint, caFile } = setup.server
    const host = new URL(endpoint).host
    const parameters = { date: new Date(), version: '2015-04-01', host }
    const signed = acs3Request(setup.alice, 'GetCallerIdentity', {}, parameters)
    const lines = [...signed.headers].map(([name, values]) => `${name}: ${values.join()}`)
    const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const raw = connectPlain({ host: '127.0.0.1', port: Number(new URL(endpoint).port) })
    raw.write('PROXY TCP4 192.0.2.9 127.0.0.1 50000 443\r\n')
    const secure = connect({ socket: raw, ca: readFileSync(caFile), ...identity, servername: 'localhost' })
    const head = [`POST / HTTP/1.1`, `host: ${host}`, 'content-length: 0', 'connection: close', ...lines, ...own]
    secure.write(`${[...new Set(head)].join('\r\n')}\r\n\r\n`)
    const chunks: Buffer[] = []
    for await (const chunk of secure) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }

  test('the certificate is that of the client, who is known by its own address', async () => {
    assert.match(await called(identities.alice), /^HTTP\/1\.1 200 .*user\/alice/s)
    await assert.rejects(called(), (error: Error) => error.message.includes('certificate required'))
    const [record] = [...queryAudit(join(setup.server.data, 'audit'), { action: 'GetCallerIdentity' })]
    assert.deepEqual([record?.source, String(record?.certificate).length], ['192.0.2.9', 64])
  })

  test('what headers say about certificates is not looked at', async () => {
    const pem = encodeURIComponent(identities.alice.cert)
    const headers = { 'x-forwarded-client-cert': `Cert=${pem}`, 'ssl-client-cert': pem, 'x-client-cert': pem }
    assert.match(await called(identities.app, headers), /Forbidden\.ClientCertificate/)
  })
})

test('settings that cannot be meant so end the start', async () => {
  const folder = folderWith({ 'ca.pem': authority.ca, 'empty.pem': '' })
  mkdirSync(join(folder, 'folder'))
  const clientCaFile = join(folder, 'ca.pem')
  const refused = async (config: Partial<Config>, message: RegExp) =>
    assert.rejects(startTestServer({ config: { workers: 1, ...config } }), { name: 'ConfigError', message })
  await refused({ clientCertificates: 'optional' }, /^clientCertificates needs clientCaFile/)
  await refused({ clientCaFile }, /^clientCaFile, clientCrlFile and clientPrincipalsFile need clientCertificates/)
  await refused({ clientCaFile, consoleClientCertificates: 'required' }, /^consoleClientCertificates is for a console/)
  await refused(
    { clientCertificates: 'optional', clientCaFile: join(folder, 'empty.pem') },
    /^clientCaFile: .*empty\.pem: The certificate is no PEM text/,
  )
  await refused(
    { clientCertificates: 'optional', clientCaFile, clientCrlFile: clientCaFile },
    /^clientCrlFile: .*ca\.pem: The list of revoked certificates is no PEM text/,
  )
  await refused(
    { clientCertificates: 'optional', clientCaFile, clientPrincipalsFile: join(folder, 'folder') },
    /^clientPrincipalsFile: .*folder cannot be read \(EISDIR\)/,
  )
})
