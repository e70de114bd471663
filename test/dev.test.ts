import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { folderWith, keyhaven } from './kit/cli.ts'
import { type Running, spawnKeyhaven, startKeyhaven } from './kit/process.ts'

const door = join(import.meta.dirname, '../src/sdk/index.ts')

describe('keyhaven dev', () => {
  test('runs a command beside a server that it can call, and hands its status on', async () => {
    const cwd = folderWith({
      'seed.yaml': 'keys: [{ id: seeded, aliases: [alias/orders] }]',
      'program.mjs': [
        `import { Client } from ${JSON.stringify(door)}`,
        'const { KEYHAVEN_ENDPOINT: endpoint, KEYHAVEN_ACCESS_KEY_ID: accessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret } = process.env',
        // Node trusts the server by NODE_EXTRA_CA_CERTS.
        'await using client = new Client({ endpoint, accessKeyId, accessKeySecret })',
        "const { keyMetadata } = await client.describeKey({ keyId: 'alias/orders' })",
        'console.log(keyMetadata.keyId, process.env.ALIBABA_CLOUD_ACCESS_KEY_ID === accessKeyId, process.argv[2])',
        'process.exitCode = 7',
      ].join('\n'),
    })
    const words = ['dev', '--seed', join(cwd, 'seed.yaml'), '--clock', '2026-01-01', '--', process.execPath]
    const { status, stdout, stderr } = await spawnKeyhaven([...words, join(cwd, 'program.mjs'), 'an argument'])
    assert.equal(stderr, '')
    assert.equal(stdout, 'seeded true an argument\n')
    assert.equal(status, 7)
  })

  test('says in one line what cannot be', async () => {
    for (const [words, message, status] of [
      [['dev'], /command/, 2],
      [['dev', '--', 'no-such-program'], /no-such-program cannot be run/, 1],
      [['dev', '--seed', 'none.yaml', '--', 'true'], /none.yaml does not exist/, 1],
      [['dev', '--clock', 'noon', '--', 'true'], /clock: "noon" is no time/, 1],
      [['env'], /holds no client.json/, 1],
    ] as const) {
      const { status: got, err } = await keyhaven(words)
      assert.match(err, message)
      assert.equal(err.trim().split('\n').length, 1)
      assert.equal(got, status, words.join(' '))
    }
  })
})

describe('keyhaven env', () => {
  const cwd = folderWith()
  let server: Running
  before(async () => {
    const ports = ['--https', '127.0.0.1:0', '--http', '127.0.0.1:0']
    server = await startKeyhaven(['server', '--dev', ...ports, '--data', join(cwd, 'keyhaven-data')])
  })
  after(() => server.stop())

  test('prints lines that a shell takes, and the same as an object', async () => {
    const { out } = await keyhaven(['env'], { cwd })
    const variables: Record<string, string> = JSON.parse((await keyhaven(['env', '--json'], { cwd })).out)
    for (const [name, value] of Object.entries(variables))
      assert.equal(execFileSync('sh', ['-c', `${out}printf %s "$${name}"`], { encoding: 'utf8' }), value)
    const { endpoint, caFile } = JSON.parse(readFileSync(join(cwd, 'keyhaven-data/client.json'), 'utf8'))
    assert.equal(variables.KEYHAVEN_ENDPOINT, endpoint)
    const bundle = readFileSync(variables.SSL_CERT_FILE ?? '', 'utf8')
    assert.ok(bundle.startsWith(readFileSync(caFile, 'utf8')))
    assert.ok(bundle.split('BEGIN CERTIFICATE').length > 100)
    const key = await keyhaven(['key', 'list'], { env: variables })
    assert.equal(key.status, 0, key.err)
  })

  test('knows the words of seals and of Terraform, and lines of a hosts file', async () => {
    const { out } = await keyhaven(['env', '--seal'], { cwd })
    assert.match(out, /^export ALICLOUD_DOMAIN='127\.0\.0\.1:\d+'$/m)
    const stanza = (await keyhaven(['env', '--vault'], { cwd })).out
    assert.match(stanza, /^seal "alicloudkms" \{\n {2}region {5}= "cn-hangzhou"\n {2}domain {5}= "127\.0\.0\.1:\d+"\n/)
    const terraform = JSON.parse((await keyhaven(['env', '--terraform', '--json'], { cwd })).out)
    const { KMS_ENDPOINT, RAM_ENDPOINT, ALIBABA_CLOUD_ACCOUNT_TYPE } = terraform
    assert.match(KMS_ENDPOINT, /^127\.0\.0\.1:\d+$/)
    assert.deepEqual([RAM_ENDPOINT, ALIBABA_CLOUD_ACCOUNT_TYPE], [KMS_ENDPOINT, 'Domestic'])
    const hosts = await keyhaven(['env', '--hosts'], { cwd })
    assert.match(hosts.out, /^127\.0\.0\.1 kms\.cn-hangzhou\.aliyuncs\.com$/m)
    assert.match(hosts.out, /^127\.0\.0\.1 sts\.aliyuncs\.com$/m)
    assert.match(hosts.out, /^# 127\.0\.0\.1 <instance>\.cryptoservice\.kms\.aliyuncs\.com$/m)
  })

  test('has for Java a trust store, and for programs of the cloud what keyhaven run gives them', async () => {
    const java = JSON.parse((await keyhaven(['env', '--java', '--json'], { cwd })).out)
    const [, store = ''] = /^-Djavax\.net\.ssl\.trustStore=(\S+) /.exec(java.JAVA_TOOL_OPTIONS) ?? []
    assert.ok(readFileSync(store).length > 10_000)
    assert.equal(java.HTTPS_PROXY, undefined)
    const asCloud = JSON.parse((await keyhaven(['env', '--as-cloud', '--json'], { cwd })).out)
    assert.equal(asCloud.HTTPS_PROXY, java.KEYHAVEN_HTTP_ENDPOINT)
    assert.match(asCloud.NODE_OPTIONS, /--require=/)
  })

  test('says of a certificate that lacks names of the cloud which ones', async () => {
    const folder = folderWith({ 'keyhaven-data/tls/server.pem': '', 'keyhaven-data/client.json': '' })
    const client = JSON.parse(readFileSync(join(cwd, 'keyhaven-data/client.json'), 'utf8'))
    const data = join(folder, 'keyhaven-data')
    writeFileSync(join(data, 'client.json'), JSON.stringify({ ...client, caFile: join(data, 'tls/ca.pem') }))
    cpSync(client.caFile, join(data, 'tls/ca.pem'))
    // One of the CAs that everybody trusts, which has no name at all.
    writeFileSync(join(data, 'tls/server.pem'), rootCertificates[0] ?? '')
    const { out } = await keyhaven(['env', '--hosts'], { cwd: folder })
    const lines = out.trim().split('\n')
    assert.ok(lines.every((line) => line.startsWith('# the certificate of the server lacks it: 127.0.0.1 ')))
  })

  test('takes one form at a time', async () => {
    const { status, err } = await keyhaven(['env', '--java', '--seal'], { cwd })
    assert.equal(err, 'keyhaven: usage: --java and --seal are two forms: give one\n')
    assert.equal(status, 2)
  })
})
