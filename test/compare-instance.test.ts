import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { type Keyhaven, type Seed, startKeyhaven } from '../src/testing/index.ts'
import { folderWith, keyhaven } from './kit/cli.ts'
import { pagesToRun } from './kit/guides.ts'
import { pathWithKeyhaven } from './kit/keyhaven-on-path.ts'

const material = { hex: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f' }
/** The one seeded difference is the value of a secret. */
const seedWith = (value: string): Seed => ({
  instances: [{ id: 'kst-one' }],
  keys: [
    { id: 'key-shared', aliases: ['alias/orders'], material, instance: 'kst-one' },
    { id: 'key-signing', aliases: ['alias/signing'], spec: 'EC_P256', instance: 'kst-one' },
  ],
  secrets: [
    { name: 'same', instance: 'kst-one', key: 'key-shared', versions: [{ id: 'v1', value: 'the same secret' }] },
    { name: 'other', instance: 'kst-one', key: 'key-shared', versions: [{ id: 'v1', value }] },
  ],
})

const program = `
import { readFileSync } from 'node:fs'
import { InstanceClient } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../src/sdk/index.ts')).href)}
const { KMS_INSTANCE_ENDPOINT: endpoint, APP_KEY: clientKeyFile, APP_PASSWORD: passwordFile } = process.env
await using client = new InstanceClient({ endpoint, clientKeyFile, passwordFile, retry: false })
const [plaintext, aad] = [Buffer.from('top secret text'), Buffer.from('additional data')]
const sealed = await client.encrypt({ keyId: 'alias/orders', plaintext, aad })
const { ciphertextBlob, iv, keyVersionId } = sealed
const opened = await client.decrypt({ keyId: 'alias/orders', ciphertextBlob, iv, aad }, { keyVersionId })
if (!plaintext.equals(opened.plaintext)) throw new Error('not what it was')
const advanced = await client.advanceEncrypt({ keyId: 'alias/orders', plaintext })
await client.advanceDecrypt({ ciphertextBlob: advanced.ciphertextBlob })
const message = Buffer.from('signed message')
const { signature } = await client.sign({ keyId: 'alias/signing', message, algorithm: 'ECDSA_SHA_256' })
const verified = await client.verify({ keyId: 'alias/signing', message, signature, algorithm: 'ECDSA_SHA_256' })
if (!verified.value) throw new Error('not verified')
await client.getPublicKey({ keyId: 'alias/signing' })
await client.generateDataKey({ keyId: 'alias/orders', numberOfBytes: 16 })
const { secretData } = await client.getSecretValue({ secretName: 'same' })
if (secretData !== 'the same secret') throw new Error(secretData)
await client.getSecretValue({ secretName: 'other' })
await client.encrypt({ keyId: 'key-nowhere', plaintext }).catch(({ code }) => {
  if (code !== 'Forbidden.KeyNotFound') throw new Error(code)
})
`

let [first, second]: Keyhaven[] = []
let cwd = ''
before(async () => {
  first = await startKeyhaven({ seed: seedWith('value at the first') })
  second = await startKeyhaven({ seed: seedWith('value at the second') })
  const clientOf = ({ endpoint, caFile, regionId, accessKey }: Keyhaven): string =>
    JSON.stringify({ endpoint, caFile, regionId, ...accessKey })
  const [mine, theirs] = [await first.application(), await second.application()]
  cwd = folderWith({
    'keyhaven-data/client.json': clientOf(first),
    'other/client.json': clientOf(second),
    ...{ 'mine.json': mine.clientKeyContent, 'mine.txt': mine.password },
    ...{ 'theirs.json': theirs.clientKeyContent, 'theirs.txt': theirs.password },
    // as the guide calls them
    ...{ 'clientKey.json': mine.clientKeyContent, 'password.txt': mine.password },
    ...{ 'otherKey.json': theirs.clientKeyContent, 'otherPassword.txt': theirs.password },
    'program.mjs': program,
  })
})
after(() => Promise.all([first?.close(), second?.close()]))

const own = ['--client-key', 'mine.json', '--client-key-password-file', 'mine.txt']
const others = ['--with', 'other', '--with-client-key', 'theirs.json', '--with-client-key-password-file', 'theirs.txt']
const run = (clientKey: string) => [
  ...['--', 'env', `APP_KEY=${join(cwd, `${clientKey}.json`)}`, `APP_PASSWORD=${join(cwd, `${clientKey}.txt`)}`],
  ...[process.execPath, '--disable-warning=ExperimentalWarning', join(cwd, 'program.mjs')],
]
const compare = (...words: readonly string[]) => keyhaven(['compare', ...words], { cwd })

describe('keyhaven compare, at the gateway of instances', () => {
  test('finds the one thing in which two servers differ, and shows no secret', async () => {
    const words = [...own, ...others, '--report', 'r.json', '--cassette', 'calls.jsonl']
    const { status, out, err } = await compare(...words, ...run('mine'))
    assert.equal(err, '')
    assert.match(out, /^1 of 11 calls were answered differently\n/)
    assert.equal(status, 1)
    const { differences } = JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8'))
    assert.deepEqual(differences, [
      {
        ...{ number: 10, action: 'GetSecretValue', first: 'Success', second: 'Success' },
        differences: [{ path: 'SecretData', first: '(left out)', second: '(left out)' }],
      },
    ])
  })

  test('writes a cassette without secrets, which plays at one server', async () => {
    const cassette = readFileSync(join(cwd, 'calls.jsonl'), 'utf8')
    assert.equal(cassette.trim().split('\n').length, 11)
    for (const secret of [
      'top secret text',
      'additional data',
      'signed message',
      'the same secret',
      'value at the first',
    ])
      for (const form of [secret, Buffer.from(secret).toString('base64')]) assert.ok(!cassette.includes(form), secret)
    writeFileSync(
      join(cwd, 'some.jsonl'),
      cassette
        .split('\n')
        .filter((line) => !line.includes('Secret'))
        .join('\n'),
    )
    const { out, status } = await compare('--replay', 'some.jsonl', ...own, '--json')
    const found = JSON.parse(out).Differences.map(({ Action }: { Action: string }) => Action)
    // What was encrypted and signed is the stand-ins' now, and opens and verifies as they did.
    assert.deepEqual([found, status], [[], 0])
  })

  test('takes no calls with another ClientKey, and none unless there is one', async () => {
    const stranger = await compare(...own, ...others, ...run('theirs'))
    assert.match(stranger.out, /^0 of 0 calls/)
    assert.equal(stranger.status, 1)
    const none = await compare('--with', 'other', ...run('mine'))
    assert.match(none.out, /^0 of 0 calls/)
    const half = await compare('--with', 'other', '--with-instance', 'kst-one', ...run('mine'))
    assert.deepEqual(
      [half.status, half.err],
      [2, 'keyhaven: usage: what is said of an instance goes with a ClientKey\n'],
    )
  })
})

for (const page of pagesToRun('compare'))
  test(`the command of ${page} for instances runs as written`, async () => {
    const text = readFileSync(join(import.meta.dirname, '../docs/guides', page), 'utf8')
    const [, command = ''] = /^```console\n\$ ([\s\S]*?)^```$/m.exec(text) ?? []
    const paths = { APP_KEY: join(cwd, 'clientKey.json'), APP_PASSWORD: join(cwd, 'password.txt') }
    const env = { PATH: pathWithKeyhaven(), ...paths }
    const { stdout } = await promisify(execFile)('sh', ['-uc', `${command.trim()} || test $? = 1`], { env, cwd })
    assert.match(stdout, /^1 of 11 calls were answered differently\n/)
  })
