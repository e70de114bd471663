/*
 * Guides whose commands need no more than a server: each is gone through in its order, as it is written. What a page can
 * only give an example of, such as an id, is put in. Both languages tell the same commands, which docs.test.ts compares.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { Client } from '../src/sdk/client.ts'
import { Browser } from './kit/browser.ts'
import { folderWith, keyhaven } from './kit/cli.ts'
import { commandBlocks, commandsOf } from './kit/guides.ts'
import { keyhavenOnPath } from './kit/keyhaven-on-path.ts'
import { startKeyhaven } from './kit/process.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let server: TestServer
let client: Client
let env: Record<string, string>
before(async () => {
  server = await startTestServer({ config: { console: 'same' } })
  client = new Client({ ...server, proxy: false })
  env = keyhavenOnPath(server)
})
after(async () => {
  await client.close()
  await server.close()
})

/** Runs a line of shell and expects it to succeed; a plain call of the program in this process, which is quicker. */
async function typed(line: string, cwd: string, environment = env): Promise<string> {
  if (!line.startsWith('keyhaven ') || /[|<>$;&'"]/.test(line))
    return (await promisify(execFile)('sh', ['-euc', line], { env: environment, cwd })).stdout
  const { status, out, err } = await keyhaven(line.split(/\s+/).slice(1), { env: environment, cwd })
  assert.equal(status, 0, `${line}: ${err}`)
  return out
}

async function typedAll(lines: readonly string[], cwd: string): Promise<readonly string[]> {
  const printed: string[] = []
  for (const line of lines) printed.push(await typed(line, cwd))
  return printed
}

/** Starts what runs until it is stopped, at a free port. */
async function listening(command: string, environment: Record<string, string>) {
  const words = [...command.split(/\s+/).slice(1), '--listen', '127.0.0.1:0']
  const running = await startKeyhaven(words, { env: environment }, 'http://')
  const [address = ''] = /http:\/\/[\d.:]+/.exec(running.output().stdout) ?? []
  return { running, address }
}

const keyWithAlias = async (aliasName: string): Promise<void> => {
  const { keyMetadata } = await client.createKey({})
  await client.createAlias({ keyId: keyMetadata.keyId, aliasName })
}
const withoutAlias = (aliasName: string): Promise<unknown> => client.deleteAlias({ aliasName })

describe('the commands of the guides run as written', () => {
  test('README: sixty seconds, and a client that is not ours', async () => {
    const text = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
    const { httpEndpoint, accessKeyId, accessKeySecret } = server
    const cwd = folderWith({
      'keyhaven-data/client.json': JSON.stringify({ httpEndpoint, accessKeyId, accessKeySecret }),
    })
    const [, sixtySeconds = []] = commandBlocks(text)
    assert.equal(sixtySeconds.length, 4)
    await typedAll(sixtySeconds, cwd)
    assert.deepEqual(readFileSync(join(cwd, 'certs/decrypted_key.pem')), readFileSync(join(cwd, 'certs/key.pem')))
    const [, program = ''] = /^```js\n([\s\S]*?)^```$/m.exec(text) ?? []
    const installed = createRequire(import.meta.url).resolve('@alicloud/pop-core')
    writeFileSync(join(cwd, 'try.cjs'), program.replace("'@alicloud/pop-core'", JSON.stringify(installed)))
    const { stdout } = await promisify(execFile)(process.execPath, ['try.cjs'], { cwd })
    assert.match(stdout, /CiphertextBlob: '/)
    await withoutAlias('alias/Apollo/WorkKey')
  })

  test('secrets.md: store, read, roll back; around a program; the agent', async () => {
    const cwd = folderWith({ kmstoken: 'a token of the agent' })
    const [store = [], around = [], agent = []] = commandsOf('secrets.md')
    assert.equal(store.length, 8)
    const printed: string[] = []
    for (const line of store) {
      const { versionIds } = printed.length < 2 ? {} : await client.listSecretVersionIds({ secretName: 'app/token' })
      const first = versionIds?.versionId.find(({ versionStages }) =>
        versionStages.versionStage.includes('ACSPrevious'),
      )
      printed.push(await typed(line.replace(/v\d{8}T\d{6}Z-\w+/, first?.versionId ?? ''), cwd))
    }
    assert.deepEqual([printed[2], printed[3]], ['n3wer', 's3cret'])
    assert.equal(await typed('keyhaven secret get app/token', cwd), 's3cret')
    await typedAll(around, cwd)
    const [command = ''] = agent
    const { running, address } = await listening(command.replace('kmstoken', join(cwd, 'kmstoken')), env)
    const answer = await fetch(`${address}/v1/app/token`, { headers: { 'X-KMS-Token': 'a token of the agent' } })
    assert.equal(((await answer.json()) as { SecretData: string }).SecretData, 's3cret')
    await running.stop()
  })

  test('ecs-role.md: a role, and a service that hands out its credentials', async () => {
    const cwd = folderWith()
    const [role = [], metadata = []] = commandsOf('ecs-role.md')
    const printed = await typedAll(role, cwd)
    const [, accessKeyId = '', accessKeySecret = ''] =
      /Access key id\s+(\S+)\s+Secret\s+(\S+)/.exec(printed.at(-1) ?? '') ?? []
    const [command = ''] = metadata
    const asUser = { ...env, KEYHAVEN_ACCESS_KEY_ID: accessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret }
    const { running, address } = await listening(command, asUser)
    const path = `${address}/latest/meta-data/ram/security-credentials/BackupJob`
    assert.ok((await fetch(path)).status >= 400)
    const token = await (
      await fetch(`${address}/latest/api/token`, {
        method: 'PUT',
        headers: { 'X-aliyun-ecs-metadata-token-ttl-seconds': '60' },
      })
    ).text()
    const given = await fetch(path, { headers: { 'X-aliyun-ecs-metadata-token': token } })
    assert.match(((await given.json()) as { AccessKeyId: string }).AccessKeyId, /^STS\./)
    await running.stop()
  })

  test('alipay.md: a key, and what the open platform wants of it', async () => {
    const cwd = folderWith()
    const [create = [], wanted = []] = commandsOf('alipay.md')
    await typedAll(create, cwd)
    const { keyVersions } = await client.listKeyVersions({ keyId: 'alias/alipay' })
    const version = keyVersions.keyVersion[0]?.keyVersionId ?? ''
    const [publicKey = ''] = await typedAll(
      wanted.map((line) => line.replace('…', version)),
      cwd,
    )
    assert.match(publicKey, /BEGIN PUBLIC KEY/)
    assert.match(readFileSync(join(cwd, 'alipay.csr'), 'utf8'), /BEGIN CERTIFICATE REQUEST/)
  })

  test('migrate-to-kms-3.md: an application with its ClientKey', async () => {
    await keyWithAlias('alias/Apollo/WorkKey')
    const cwd = folderWith()
    const [create = []] = commandsOf('migrate-to-kms-3.md')
    await typedAll(create, cwd)
    assert.ok(existsSync(join(cwd, 'app')))
    await withoutAlias('alias/Apollo/WorkKey')
  })

  test('console.md: sessions, and what the console can ask', async () => {
    await keyWithAlias('alias/Apollo/WorkKey')
    await typed('keyhaven user create alice', folderWith())
    const browser = new Browser(server.endpoint, server.caFile)
    const { body } = await browser.signIn(server)
    const [start = [], ...others] = commandsOf('console.md')
    const data = join(folderWith(), 'keyhaven')
    const keyFile = join(folderWith(), 'root.key')
    await typed(`keyhaven init --data ${data} --key-file ${keyFile}`, folderWith(), {})
    const words = start[0]?.replace('/var/lib/keyhaven', data).replace(':9443', ':0').split(' ').slice(1) ?? []
    const running = await startKeyhaven(words, { env: { KEYHAVEN_KEY_FILE: keyFile } })
    assert.match(running.output().stdout, /console/i)
    await running.stop()
    const lines = others
      .flat()
      .map((line) =>
        line.replace(/--SessionId \S+/, `--SessionId ${body.SessionId}`).replace('1234567890123456', server.accountId),
      )
    const printed = await typedAll(lines, folderWith())
    assert.ok(printed[0]?.includes(String(body.SessionId)))
    assert.equal(lines.length, 9)
    await withoutAlias('alias/Apollo/WorkKey')
  })

  test('envelope-encryption.md: files, parts, pipes, folders, and other keys', async () => {
    for (const name of ['Apollo/BackupKey', 'Apollo/NewKey', 'partner']) await keyWithAlias(`alias/${name}`)
    const cwd = folderWith({
      ...{
        'data/sales.csv': 'north,1\nsouth,2\n',
        'backup.img': Buffer.alloc(4096, 'image'),
        'reports/2026/may.txt': 'May',
      },
      ...{ 'bin/pg_dump': '#!/bin/sh\necho dumped\n', 'bin/psql': '#!/bin/sh\ncat > restored\n' },
    })
    for (const program of ['pg_dump', 'psql']) chmodSync(join(cwd, 'bin', program), 0o755)
    const environment = { ...env, PATH: [join(cwd, 'bin'), env.PATH].join(delimiter) }
    const made: string[] = []
    for (const line of commandsOf('envelope-encryption.md').flat()) {
      // The file that is made anew was made before, and some bytes stand for some GB.
      const isMade = !line.includes('rewrap') && made.includes(line.split(' --')[0] ?? '')
      if (line.includes('archive')) await typed('cp -r reports-sealed archive', cwd, environment)
      await typed(line.replace('5GiB:6GiB', '1KiB:2KiB') + (isMade ? ' --force' : ''), cwd, environment)
      made.push(line.split(' --')[0] ?? '')
    }
    assert.equal(readFileSync(join(cwd, 'part.img'), 'utf8'), Buffer.alloc(4096, 'image').toString('utf8', 1024, 2048))
    assert.equal(readFileSync(join(cwd, 'restored'), 'utf8'), 'dumped\n')
    assert.equal(readFileSync(join(cwd, 'reports-again/2026/may.txt'), 'utf8'), 'May')
  })
})
