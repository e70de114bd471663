import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
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

  test('knows the words of seals, and lines of a hosts file', async () => {
    const { out } = await keyhaven(['env', '--seal'], { cwd })
    assert.match(out, /^export ALICLOUD_DOMAIN='127\.0\.0\.1:\d+'$/m)
    const hosts = await keyhaven(['env', '--hosts'], { cwd })
    assert.match(hosts.out, /^127\.0\.0\.1 kms\.cn-hangzhou\.aliyuncs\.com$/m)
  })
})
