import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { Client } from '../src/sdk/client.ts'
import { type Keyhaven, type Seed, startKeyhaven as startService } from '../src/testing/index.ts'
import { folderWith, keyhaven } from './kit/cli.ts'
import { pagesToRun } from './kit/guides.ts'
import { pathWithKeyhaven } from './kit/keyhaven-on-path.ts'
import { startKeyhaven } from './kit/process.ts'

const material = { hex: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f' }
const seedWith = (description: string): Seed => ({
  keys: [
    { id: '11111111-2222-3333-4444-555555555555', aliases: ['alias/orders'], material, description: 'the same' },
    { id: '11111111-2222-3333-4444-666666666666', aliases: ['alias/invoices'], description },
  ],
})

let [first, second]: Keyhaven[] = []
let cwd = ''
before(async () => {
  first = await startService({ seed: seedWith('of the first') })
  second = await startService({ seed: seedWith('of the second') })
  cwd = folderWith({
    'keyhaven-data/client.json': clientOf(first),
    'other/client.json': clientOf(second),
    'program.mjs': program,
    'same.mjs': program.replace("'alias/orders', 'alias/invoices'", "'alias/orders'"),
  })
})
after(() => Promise.all([first?.close(), second?.close()]))

const clientOf = ({ endpoint, caFile, regionId, accessKey }: Keyhaven): string =>
  JSON.stringify({ endpoint, caFile, regionId, ...accessKey })

/** What each server makes of its own: ids, ciphertexts, data keys, signatures, versions, times; and lists, and refusals. */
const program = `
import { Client } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../src/sdk/index.ts')).href)}
const { KEYHAVEN_ENDPOINT: endpoint, KEYHAVEN_ACCESS_KEY_ID: accessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret } = process.env
await using client = new Client({ endpoint, accessKeyId, accessKeySecret, retry: false })
for (const keyId of ['alias/orders', 'alias/invoices']) await client.describeKey({ keyId })
const { keyMetadata: { keyId } } = await client.createKey({ description: 'made' })
await client.createAlias({ keyId, aliasName: 'alias/made' })
const encryptionContext = { table: 'orders' }
const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'top secret text', encryptionContext })
await client.decrypt({ ciphertextBlob, encryptionContext })
const dataKey = await client.generateDataKey({ keyId: 'alias/orders' })
await client.decrypt({ ciphertextBlob: dataKey.ciphertextBlob })
const signing = await client.createKey({ keySpec: 'EC_P256', keyUsage: 'SIGN/VERIFY' })
const { keyVersions } = await client.listKeyVersions({ keyId: signing.keyMetadata.keyId })
const version = { keyId: signing.keyMetadata.keyId, keyVersionId: keyVersions.keyVersion[0].keyVersionId }
const signed = { ...version, algorithm: 'ECDSA_SHA_256', digest: Buffer.alloc(32, 1) }
const { value } = await client.asymmetricSign(signed)
if (!(await client.asymmetricVerify({ ...signed, value })).value) throw new Error('not verified')
await client.getPublicKey(version)
await client.createSecret({ secretName: 'db/password', versionId: 'v1', secretData: 'correct horse battery' })
await client.getSecretValue({ secretName: 'db/password' })
await client.listKeys({})
await client.describeKey({ keyId: '00000000-0000-4000-8000-000000000000' }).catch(() => undefined)
await client.deleteSecret({ secretName: 'db/password', forceDeleteWithoutRecovery: true })
await client.deleteAlias({ aliasName: 'alias/made' })
`

const compare = (...words: readonly string[]) => keyhaven(['compare', ...words], { cwd })
const run = (file: string) => ['--', process.execPath, '--disable-warning=ExperimentalWarning', join(cwd, file)]

describe('keyhaven compare', () => {
  test('finds the one thing in which two servers differ, and nothing else', async () => {
    const words = ['--with', 'other', '--report', 'r.html', '--report', 'r.json', '--cassette', 'calls.jsonl']
    const { status, out, err } = await compare(...words, ...run('program.mjs'))
    assert.equal(err, '')
    assert.match(out, /^1 of 19 calls were answered differently\n/)
    assert.equal(status, 1)
    const report = JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8'))
    assert.deepEqual(report.differences, [
      {
        ...{ number: 2, action: 'DescribeKey', first: 'Success', second: 'Success' },
        differences: [{ path: 'KeyMetadata.Description', first: 'of the first', second: 'of the second' }],
      },
    ])
    assert.deepEqual([report.calls, report.first, report.second], [19, first?.endpoint, second?.endpoint])
    const html = readFileSync(join(cwd, 'r.html'), 'utf8')
    assert.match(html, /<td>2<\/td><td>DescribeKey<\/td><td>KeyMetadata\.Description<\/td><td>of the first<\/td>/)
  })

  test('writes a cassette that holds no secret', () => {
    const cassette = readFileSync(join(cwd, 'calls.jsonl'), 'utf8')
    assert.equal(cassette.trim().split('\n').length, 19)
    for (const secret of [
      'top secret text',
      Buffer.from('top secret text').toString('base64'),
      'correct horse battery',
    ])
      assert.ok(!cassette.includes(secret), secret)
    const [, encrypt] = cassette
      .split('\n')
      .flatMap((line) => (line.includes('"Encrypt"') ? [0, JSON.parse(line)] : []))
    assert.deepEqual(Object.keys(JSON.parse(encrypt.call.parameters.EncryptionContext)), ['table'])
    const calls = cassette
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const dataKey = calls.find(({ call }) => call.action === 'GenerateDataKey')
    assert.equal(Buffer.from(dataKey.answer.body.Plaintext, 'base64').length, 32)
  })

  test('plays a cassette to a server, and finds the same', async () => {
    for (const [home, differences] of [
      [cwd, []],
      [folderWith({ 'keyhaven-data/client.json': clientOf(second as Keyhaven) }), ['KeyMetadata.Description']],
    ] as const) {
      const replay = ['compare', '--replay', join(cwd, 'calls.jsonl'), '--json']
      await first?.reset()
      await second?.reset()
      const { status, out } = await keyhaven(replay, { cwd: home })
      const report = JSON.parse(out)
      const found = report.Differences.flatMap(({ Differences }: { Differences: { Path: string }[] }) => Differences)
      assert.deepEqual(
        found.map(({ Path }: { Path: string }) => Path),
        differences,
        out,
      )
      assert.equal(status, differences.length === 0 ? 0 : 1)
    }
  })

  test('takes another refusal for a difference, and shows no secret of either side', async () => {
    await first?.reset()
    await second?.reset()
    const [mine, theirs] = [first?.client(), second?.client()]
    await mine?.createSecret({ secretName: 's', versionId: 'v1', secretData: 'secret of mine' })
    await theirs?.createSecret({ secretName: 's', versionId: 'v1', secretData: 'secret of theirs' })
    await theirs?.disableKey({ keyId: '11111111-2222-3333-4444-555555555555' })
    const file = join(cwd, 'two.mjs')
    const calls =
      "await client.getSecretValue({ secretName: 's' }); await client.encrypt({ keyId: 'alias/orders', plaintext: 'x' })"
    writeFileSync(file, `${program.split('for (const keyId')[0]}\n${calls}`)
    const { out, status } = await compare('--with', 'other', '--json', ...run('two.mjs'))
    assert.equal(status, 1)
    assert.deepEqual(
      JSON.parse(out).Differences.map(({ Differences }: { Differences: object[] }) => Differences),
      [
        [{ Path: 'SecretData', First: '(left out)', Second: '(left out)' }],
        [
          { Path: 'status', First: '200', Second: '409' },
          { Path: 'code', First: 'Success', Second: 'Rejected.Disabled' },
        ],
      ],
    )
  })

  test('reports also when the program fails, with its status, and when both servers are one', async () => {
    await first?.reset()
    const calls =
      "await client.createAlias({ keyId: '11111111-2222-3333-4444-555555555555', aliasName: 'alias/twice' })"
    writeFileSync(join(cwd, 'failing.mjs'), `${program.split('for (const keyId')[0]}${calls}; process.exit(7)`)
    const { status, out } = await compare('--with', 'keyhaven-data', '--report', 'failed.json', ...run('failing.mjs'))
    assert.equal(status, 7)
    const heading = `First: ${first?.endpoint} +Second: ${first?.endpoint}`
    assert.match(out, new RegExp(`^1 of 1 calls were answered differently\\n.* ${heading}\\n`))
    assert.equal(JSON.parse(readFileSync(join(cwd, 'failed.json'), 'utf8')).differing, 1)
  })

  test('takes no answer of the other server for a difference, which the program does not notice', async () => {
    const gone = { ...JSON.parse(clientOf(second as Keyhaven)), endpoint: 'https://127.0.0.1:1' }
    const other = folderWith({ 'client.json': JSON.stringify(gone) })
    writeFileSync(join(cwd, 'one.mjs'), `${program.split('for (const keyId')[0]}await client.listKeys({})`)
    const { status, out, err } = await compare('--with', other, ...run('one.mjs'))
    assert.equal(err, '')
    assert.match(out, /^1 of 1 calls were answered differently\n.*\n1 ListKeys +answer +Success +network: /)
    assert.equal(status, 1)
  })

  test('takes calls of official clients, and answers in the format that they ask for', async () => {
    await first?.reset()
    await second?.reset()
    const official = `
import { createRequire } from 'node:module'
const load = createRequire(${JSON.stringify(import.meta.filename)})
const { KEYHAVEN_ENDPOINT: endpoint, ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret } = process.env
const { RPCClient } = load('@alicloud/pop-core')
const old = new RPCClient({ accessKeyId, accessKeySecret, endpoint, apiVersion: '2016-01-20' })
for (const method of ['GET', 'POST']) await old.request('DescribeKey', { KeyId: 'alias/orders' }, { method })
const { default: Client, $OpenApiUtil } = load('@alicloud/openapi-core')
const { RuntimeOptions } = load('@darabonba/typescript')
const { host } = new URL(endpoint)
const newer = new Client(new $OpenApiUtil.Config({ accessKeyId, accessKeySecret, endpoint: host, protocol: 'http' }))
const rpc = { action: 'DescribeKey', version: '2016-01-20', protocol: 'HTTP', pathname: '/', method: 'POST', authType: 'AK', style: 'RPC', reqBodyType: 'formData', bodyType: 'json' }
const asked = new $OpenApiUtil.OpenApiRequest({ query: { KeyId: 'alias/orders' } })
await newer.callApi(new $OpenApiUtil.Params(rpc), asked, new RuntimeOptions({}))
const ask = async (more) => (await fetch(endpoint + '/?Version=2016-01-20&Format=XML&AccessKeyId=' + accessKeyId + '&' + more)).text()
const whole = await ask('Action=DescribeKey&KeyId=alias%2Forders')
if (!/^<\\?xml .*<DescribeKeyResponse>.*<Description>the same<.Description>/.test(whole)) throw new Error(whole)
const refusal = await ask('Action=DescribeKey&KeyId=none')
if (!/<Error>.*<Code>Forbidden.KeyNotFound</.test(refusal)) throw new Error(refusal)
const stranger = await (await fetch(endpoint + '/?Version=2016-01-20&Action=ListKeys&AccessKeyId=x')).json()
if (stranger.Code !== 'InvalidAccessKeyId.NotFound') throw new Error(stranger.Code)
process.exit(0)
`
    writeFileSync(join(cwd, 'official.mjs'), official)
    const { out, err, status } = await compare('--with', 'other', ...run('official.mjs'))
    assert.deepEqual({ out, err, status }, { out: '0 of 5 calls were answered differently\n', err: '', status: 0 })
  })

  test('takes calls until it is stopped when there is no command, and then reports', async () => {
    const words = ['compare', '--data', join(cwd, 'keyhaven-data'), '--with', join(cwd, 'other')]
    const comparing = await startKeyhaven(words, {}, 'until stopped')
    const [, endpoint, accessKeyId] = /at (\S+) with the AccessKey id (\S+) /.exec(comparing.output().stdout) ?? []
    await using client = new Client({ endpoint, accessKeyId, accessKeySecret: 'any' })
    await client.describeKey({ keyId: 'alias/invoices' })
    const { status, stdout } = await comparing.stop()
    assert.match(stdout, /\n1 of 1 calls were answered differently\n/)
    assert.equal(status, 1)
  })

  test('ends with 0 when nothing differs, and says in one line what cannot be', async () => {
    await first?.reset()
    await second?.reset()
    assert.equal((await compare('--with', 'other', ...run('same.mjs'))).status, 0)
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    for (const [words, message, status] of [
      [[], /give --with and a server, or --replay and a file/, 2],
      [['--with', 'nobody', '--', 'true'], /no profile "nobody"/, 1],
      [['--with', 'other', '--report', 'r.txt'], /r\.txt ends with neither \.html nor \.json/, 2],
      [['--with', 'other', '--listen', '0.0.0.0:1'], /"0\.0\.0\.0:1" is not 127\.0\.0\.1:port/, 2],
      [['--with', 'other', '--listen', `127.0.0.1:${port}`], /--listen: 127\.0\.0\.1:\d+ is not free/, 1],
      [['--replay', 'none.jsonl'], /none\.jsonl does not exist/, 1],
      [['--replay', 'program.mjs'], /line 2 is no recorded call/, 1],
      [['--replay', 'calls.jsonl', '--cassette', 'x'], /no --cassette and no command beside it/, 2],
    ] as const) {
      const { status: got, err } = await compare(...words)
      assert.match(err, message)
      assert.equal(err.trim().split('\n').length, 1)
      assert.equal(got, status, words.join(' '))
    }
    taken.close()
  })
})

for (const page of pagesToRun('compare'))
  test(`the commands of ${page} run as written`, async () => {
    await first?.reset()
    await second?.reset()
    const text = readFileSync(join(import.meta.dirname, '../docs/guides', page), 'utf8')
    const [, commands = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(text) ?? []
    writeFileSync(join(cwd, 'program.mjs'), program.split('for (const keyId')[0] + 'await client.listKeys({})')
    const { stdout } = await promisify(execFile)('sh', ['-euc', commands], { env: { PATH: pathWithKeyhaven() }, cwd })
    const none = '0 of 1 calls were answered differently\n'
    assert.equal(stdout, none + none)
  })
