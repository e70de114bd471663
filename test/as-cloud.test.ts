import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import { type Keyhaven, startKeyhaven } from '../src/testing/index.ts'
import { folderWith, keyhaven } from './kit/cli.ts'
import { pagesToRun } from './kit/guides.ts'
import { pathWithKeyhaven } from './kit/keyhaven-on-path.ts'

let kms: Keyhaven
/** where `keyhaven run` finds that server */
let cwd = ''
before(async () => {
  kms = await startKeyhaven({ seed: { keys: [{ id: 'seeded', aliases: ['alias/orders'] }] } })
  const { endpoint, httpEndpoint, caFile, regionId, accessKey } = kms
  cwd = folderWith({
    'keyhaven-data/client.json': JSON.stringify({ endpoint, httpEndpoint, caFile, regionId, ...accessKey }),
  })
})
after(() => kms.close())

/** @returns the socket behind the proxy, and what the proxy has said */
async function tunnel(authority: string) {
  const { hostname, port } = new URL(kms.httpEndpoint)
  const socket = connect(Number(port), hostname)
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
  const [said] = await once(socket, 'data')
  return { socket, said: String(said) }
}

describe('the port without TLS of a development server is a proxy', () => {
  test('behind which every name of the cloud answers with a certificate for it', async () => {
    for (const host of [
      ...['kms.cn-hangzhou', 'kms-vpc.cn-hangzhou', 'kst-hzz65f1.cryptoservice.kms', 'ram'],
      ...['sts', 'sts.cn-hangzhou', 'sts-vpc.cn-hangzhou'],
    ].map((name) => `${name}.aliyuncs.com`)) {
      const { socket, said } = await tunnel(`${host}:443`)
      assert.equal(said, 'HTTP/1.1 200 Connection established\r\n\r\n')
      const secure = connectTls({ socket, servername: host, ca: kms.ca })
      // Who closes its half at once may be taken for gone.
      secure.write(`GET /livez HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      assert.match(String((await once(secure, 'data'))[0]), /^HTTP\/1\.1 200 /)
      secure.destroy()
    }
  })

  test('that forwards nothing', async () => {
    for (const authority of [
      ...['example.com:443', 'kms.cn-shanghai.aliyuncs.com:443', 'oss-cn-hangzhou.aliyuncs.com:443'],
      ...['kms.cn-hangzhou.aliyuncs.com:22', 'a.b.cryptoservice.kms.aliyuncs.com:443', '127.0.0.1:22', 'x'],
    ]) {
      const { socket, said } = await tunnel(authority)
      assert.match(said, /^HTTP\/1\.1 403 Forbidden\r\n/, authority)
      assert.match(said, /is no name that Keyhaven answers to, and it forwards nothing\n$/)
      socket.destroy()
    }
  })

  test('for requests without TLS, too', async () => {
    const statusOf = async (target: string) => {
      const { hostname, port } = new URL(kms.httpEndpoint)
      const asked = request({ hostname, port, path: target }).end()
      const [answer] = await once(asked, 'response')
      answer.resume()
      return answer.statusCode
    }
    assert.equal(await statusOf('http://kms.cn-hangzhou.aliyuncs.com/livez'), 200)
    assert.equal(await statusOf(`${kms.httpEndpoint}/livez`), 200)
    assert.equal(await statusOf('http://example.com/livez'), 403)
    assert.equal(await statusOf('http://kms.cn-hangzhou.aliyuncs.com:8080/livez'), 403)
  })
})

/** Official SDKs as their users write them, and what else Node programs reach servers with. */
const program = `
import { createRequire } from 'node:module'
import { writeFileSync } from 'node:fs'
const load = createRequire(${JSON.stringify(import.meta.filename)})
const { ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret } = process.env
const kms = 'kms.cn-hangzhou.aliyuncs.com'
const seen = {}

const { RPCClient } = load('@alicloud/pop-core')
for (const protocol of ['https', 'http']) {
  const client = new RPCClient({ accessKeyId, accessKeySecret, endpoint: protocol + '://' + kms, apiVersion: '2016-01-20' })
  seen[protocol] = (await client.request('DescribeKey', { KeyId: 'alias/orders' }, { method: 'POST' })).KeyMetadata.KeyId
}
const sts = new RPCClient({ accessKeyId, accessKeySecret, endpoint: 'https://sts.aliyuncs.com', apiVersion: '2015-04-01' })
seen.sts = (await sts.request('GetCallerIdentity', {}, { method: 'POST' })).IdentityType

const KmsClient = load('@alicloud/kms-sdk/lib/kms')
const credential = { getCredential: async () => ({ accessKeyId, accessKeySecret }) }
const first = new KmsClient({ credential, endpoint: kms })
seen.first = (await first.DescribeKey({ Action: 'DescribeKey', KeyId: 'alias/orders' }, {})).KeyMetadata.KeyId

const generated = load('@alicloud/kms20160120')
const { Config } = load('@alicloud/rpc-client')
const second = new generated.default(new Config({ accessKeyId, accessKeySecret, endpoint: kms }))
seen.second = (await second.describeKey(new generated.DescribeKeyRequest({ keyId: 'alias/orders' }))).keyMetadata.keyId

const { default: Client, $OpenApiUtil } = load('@alicloud/openapi-core')
const { RuntimeOptions } = load('@darabonba/typescript')
const third = new Client(new $OpenApiUtil.Config({ accessKeyId, accessKeySecret, endpoint: kms }))
const rpc = { action: 'DescribeKey', version: '2016-01-20', protocol: 'HTTPS', pathname: '/', method: 'POST', authType: 'AK', style: 'RPC', reqBodyType: 'formData', bodyType: 'json' }
const asked = new $OpenApiUtil.OpenApiRequest({ query: { KeyId: 'alias/orders' } })
seen.third = (await third.callApi(new $OpenApiUtil.Params(rpc), asked, new RuntimeOptions({}))).body.KeyMetadata.KeyId

const { Socket } = load('node:net')
const socket = new Socket()
socket.connect(Number(new URL(process.env.KEYHAVEN_HTTP_ENDPOINT).port), () => {
  seen.callback = 'called'
})
await new Promise((resolve) => socket.once('connect', resolve))
socket.destroy()
const text = new Socket()
seen.text = await new Promise((resolve) => text.once('error', ({ code }) => resolve(code)).connect('443', 'example.com'))

seen.fetch = (await fetch('https://ram.aliyuncs.com/livez')).status
seen.refused = await fetch('https://example.com/').catch((error) => error.cause.message)
seen.otherRegion = await fetch('https://kms.cn-shanghai.aliyuncs.com/livez').catch((error) => error.cause.code)
writeFileSync(process.argv[2], JSON.stringify(seen))
process.exit(7)
`

describe('keyhaven run -- program', () => {
  test('is the cloud for official SDKs of Node, unchanged, and hands their status on', async () => {
    const folder = folderWith({ 'program.mjs': program })
    const out = join(folder, 'seen.json')
    const words = ['run', '--', process.execPath, join(folder, 'program.mjs'), out]
    const { status, err } = await keyhaven(words, { cwd })
    assert.equal(err, '')
    assert.equal(status, 7)
    assert.deepEqual(JSON.parse(readFileSync(out, 'utf8')), {
      ...{ https: 'seeded', http: 'seeded', sts: 'Account', first: 'seeded', second: 'seeded', third: 'seeded' },
      ...{ callback: 'called', text: 'ECONNREFUSED', fetch: 200, otherRegion: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      refused: 'connect ECONNREFUSED example.com: keyhaven run lets nothing out that --direct does not name',
    })
  })

  test('adds to what Node, Java and Python have been told, and names who is reached past the proxy', async () => {
    const out = join(folderWith(), 'env.json')
    const print = `require('fs').writeFileSync(${JSON.stringify(out)}, JSON.stringify(process.env))`
    const env = { NODE_OPTIONS: '--no-warnings', JAVA_TOOL_OPTIONS: '-Xmx64m', PYTHONPATH: '/own', NO_PROXY: '*' }
    const words = ['run', '--direct', 'pypi.org, .example.com', '--', process.execPath, '-e', print]
    assert.deepEqual(await keyhaven(words, { cwd, env }), { status: 0, out: '', err: '' })
    const seen = JSON.parse(readFileSync(out, 'utf8'))
    assert.match(seen.NODE_OPTIONS, /^--no-warnings --require=".*node-to-keyhaven\.cjs"$/)
    assert.match(seen.JAVA_TOOL_OPTIONS, /^-Xmx64m -Djavax\.net\.ssl\.trustStore=/)
    assert.match(seen.JAVA_TOOL_OPTIONS, /-Dhttp\.nonProxyHosts=localhost\|127.*\|pypi\.org\|\*\.example\.com$/)
    assert.match(seen.PYTHONPATH, /\/python:\/own$/)
    assert.equal(seen.NO_PROXY, 'localhost,127.0.0.1,::1,pypi.org,.example.com')
    assert.equal(seen.HTTPS_PROXY, kms.httpEndpoint)
    assert.equal(seen.ALIBABA_CLOUD_ACCESS_KEY_ID, kms.accessKey.accessKeyId)
  })

  test('says in one line what cannot be', async () => {
    const production = folderWith({ 'keyhaven-data/client.json': '{"endpoint": "https://localhost:1"}' })
    for (const [words, where, message, status] of [
      [['run'], cwd, /command/, 2],
      [['run', '--', 'no-such-program'], cwd, /no-such-program cannot be run/, 1],
      [['run', '--', 'true'], folderWith(), /holds no client\.json of a server/, 1],
      [['run', '--', 'true'], production, /only a development server leaves it there/, 1],
      [['run', '--direct', 'a b', '--', 'true'], cwd, /--direct: "a b" is no name of a host/, 2],
      [['run', '--direct', 'a', '--secret', 'a=A', '--', 'true'], cwd, /--direct is for programs without --secret/, 2],
      [['dev', '--direct', 'a', '--', 'true'], cwd, /--direct needs --as-cloud/, 2],
    ] as const) {
      const { status: got, err } = await keyhaven(words, { cwd: where })
      assert.match(err, message)
      assert.equal(err.trim().split('\n').length, 1)
      assert.equal(got, status, words.join(' '))
    }
  })
})

for (const page of pagesToRun('unmodified-programs'))
  test(`every command of ${page} runs as written`, async () => {
    const text = readFileSync(join(import.meta.dirname, '../docs/guides', page), 'utf8')
    const commands = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, content = '']) => content)
    assert.ok(commands.length > 1)
    const env = { PATH: pathWithKeyhaven() }
    const { stdout } = await promisify(execFile)('sh', ['-euc', commands.join('\n')], { env, cwd })
    assert.match(stdout, /^200\n200\n/)
  })
