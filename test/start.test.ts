import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Client } from '../src/sdk/client.ts'
import { makeAtFirstStart, takeFirstAccessKey } from '../src/server/commands/first-start.ts'
import { startCommand } from '../src/server/commands/start.ts'
import { loadConfig } from '../src/server/config/load.ts'
import { configuredSeal } from '../src/server/root-key/root-secret.ts'
import { temporaryFolder } from './kit/audit.ts'
import { type Running, runKeyhaven, startKeyhaven } from './kit/process.ts'

const nobody = { env: {}, stdout: { write: () => true }, stderr: { write: () => true } }

interface AccessKey {
  readonly accountId: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

/** A place with the secret that seals a deployment, and where that is to be. */
function place(t: TestContext) {
  const folder = temporaryFolder(t)
  const keyFile = join(folder, 'root.key')
  writeFileSync(keyFile, `${'5e'.repeat(32)}\n`, { mode: 0o600 })
  const data = join(folder, 'data')
  const words = ['start', '--data', data, '--key-file', keyFile]
  const started = (): Promise<Running> => startKeyhaven(words)
  const take = () => runKeyhaven(['start', '--data', data, '--take-access-key'])
  return { folder, data, keyFile, words, started, take, ...files(data) }
}

const files = (data: string) => {
  const pending = join(data, 'first-access-key.json')
  return { pending, begun: `${pending}.begun` }
}

async function callerId(data: string, accessKey: AccessKey): Promise<string> {
  const { endpoint, caFile } = JSON.parse(readFileSync(join(data, 'client.json'), 'utf8'))
  await using client = new Client({ endpoint, caFile, ...accessKey })
  return (await client.createKey({})).keyMetadata.creator
}

test('the first start makes the deployment, and leaves the AccessKey to who asks first', async (t) => {
  const { data, started, take, pending } = place(t)
  const server = await started()
  assert.equal(statSync(pending).mode & 0o777, 0o600)
  const taken = await take()
  const accessKey: AccessKey = JSON.parse(taken.stdout)
  assert.equal(await callerId(data, accessKey), accessKey.accountId)
  const { status, stdout, stderr } = await server.stop()
  assert.equal(status, 0)
  assert.match(stdout, /^Keyhaven is initialised: .*, sealed by key-file; .*\nKeyhaven is ready: https:/)
  assert.ok(!`${stdout}${stderr}`.includes(accessKey.accessKeySecret))

  const again = await take()
  assert.equal(again.status, 1)
  assert.match(again.stderr, /^keyhaven: .* holds no AccessKey: it is shown once, .*\n$/)
  const second = await started()
  assert.equal(await callerId(data, accessKey), accessKey.accountId)
  assert.match((await second.stop()).stdout, /^Keyhaven is ready: /)
  assert.ok(!existsSync(pending))
})

test('an AccessKey whose taking was cut off is there for the next', (t) => {
  const data = temporaryFolder(t)
  const { pending } = files(data)
  writeFileSync(pending, 'key')
  const cutOff = () => {
    throw new Error('cut off')
  }
  assert.throws(() => takeFirstAccessKey(data, cutOff), /cut off/)
  const shown: string[] = []
  takeFirstAccessKey(data, (text) => shown.push(text))
  assert.deepEqual(shown, ['key'])
  assert.ok(!existsSync(`${pending}.taken`))
  assert.throws(() => takeFirstAccessKey(data, cutOff), /holds no AccessKey/)
})

test('a first start that was cut off is finished by the next, wherever that was', async (t) => {
  const { data, words, pending, begun, started, take } = place(t)
  const config = loadConfig(words.slice(1), {}).config
  const made = async (): Promise<AccessKey> => {
    await makeAtFirstStart(config, await configuredSeal(config, {}), nobody)
    return JSON.parse(readFileSync(pending, 'utf8'))
  }
  // Nothing is there yet but that it began, perhaps with an AccessKey that was never made.
  mkdirSync(data)
  writeFileSync(begun, '{"accessKeyId":"unborn"}')
  const first = await made()
  assert.notEqual(first.accessKeyId, 'unborn')
  // Everything is made, and was only not handed out.
  renameSync(pending, begun)
  assert.match((await take()).stderr, /holds no AccessKey/)
  assert.deepEqual(await made(), first)
  const server = await started()
  assert.equal(await callerId(data, first), first.accountId)
  await server.stop()
})

test('whoever may write to the data directory, and no more, gets no AccessKey that there is', async (t) => {
  const { words, pending, begun } = place(t)
  const { config } = loadConfig(words.slice(1), {})
  const start = async () => makeAtFirstStart(config, await configuredSeal(config, {}), nobody)
  await start()
  rmSync(pending)
  for (const planted of [pending, begun]) {
    writeFileSync(planted, '')
    await start()
    assert.equal(existsSync(planted) ? readFileSync(planted, 'utf8') : '', '')
    rmSync(planted, { force: true })
  }
})

test('of servers that start at once over one database one makes the deployment', async (t) => {
  const { folder, keyFile } = place(t)
  const settings = ['--store', join(folder, 'shared.db'), '--key-file', keyFile]
  const folders = ['one', 'two', 'three'].map((name) => join(folder, name))
  await Promise.all(
    folders.map(async (data) => {
      const { config } = loadConfig(['--data', data, ...settings], {})
      await makeAtFirstStart(config, await configuredSeal(config, {}), nobody)
    }),
  )
  assert.equal(folders.filter((data) => existsSync(join(data, 'first-access-key.json'))).length, 1)
})

test('without anything that seals it, there is no first start, and one with it is none the worse', async (t) => {
  const { data, started } = place(t)
  const { status, stderr } = await runKeyhaven(['start', '--data', data])
  assert.equal(status, 1)
  assert.match(stderr, /^keyhaven: .* nothing is configured that could seal one: keyFile, .*KEYHAVEN_ROOT_KEY\n$/)
  assert.equal((await (await started()).stop()).status, 0)
  const sealed = await startKeyhaven(['start', '--data', data], {}, 'Keyhaven is sealed')
  assert.equal((await sealed.stop()).status, 0)
})

test('the root secret may be a variable, which is gone when the server runs', async (t) => {
  const { data } = place(t)
  const env: NodeJS.ProcessEnv = { KEYHAVEN_ROOT_KEY: '5e'.repeat(32), KEYHAVEN_HTTPS: '127.0.0.1:0' }
  const io = {
    ...nobody,
    env,
    stdout: { write: (text: string) => text.includes('is ready') && process.emit('SIGTERM') },
  }
  assert.equal(await startCommand(['--data', data, '--audit-reserve-bytes', '0'], io), 0)
  assert.equal(env.KEYHAVEN_ROOT_KEY, undefined)
})

test('in development mode it takes the seeds that lie in its folder, unless others are named', async (t) => {
  const { folder, data } = place(t)
  for (const id of ['first', 'second', 'named'])
    writeFileSync(join(folder, `${id}.yaml`), `keys: [{ id: ${id}, aliases: [alias/${id}] }]`)
  writeFileSync(join(folder, 'notes.txt'), 'no seed')
  const seedsOf = async (at: string, ...words: string[]): Promise<string> => {
    let log = ''
    const stop = (text: string) => text.includes('is ready') && process.emit('SIGTERM')
    const io = { env: {}, stdout: { write: stop }, stderr: { write: (text: string) => (log += text) } }
    const ports = ['--https', '127.0.0.1:0', '--http', '127.0.0.1:0', '--audit-reserve-bytes', '0']
    assert.equal(await startCommand(['--dev', '--data', at, ...ports, ...words], io, folder), 0)
    return /seed: (\d+) made/.exec(log)?.[1] ?? ''
  }
  const all = Number(await seedsOf(data))
  const one = Number(await seedsOf(`${data}-2`, '--seed', join(folder, 'named.yaml')))
  assert.equal(all - one, 2)
})
