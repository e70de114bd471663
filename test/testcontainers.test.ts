// There is no container engine here: the package `testcontainers` is played by what notes down how it is told to make a
// container, and the container by a server of this process. That real ones start is proven by `npm run image -- --check`,
// and that the module fits the real package by `npm run check-package`.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Client } from '../src/sdk/client.ts'
import { temporaryFolder } from './kit/audit.ts'
import { pagesToRun } from './kit/guides.ts'
import { startTestServer, type TestServer } from './kit/server.ts'
import { dataFolder, config as image, port } from './tools/image/settings.ts'

const played = `
  export const calls = []
  const noting = (target) => new Proxy(target, {
    get: (object, name, proxy) => {
      const own = Reflect.get(object, name, proxy)
      if (own !== undefined || typeof name !== 'string' || !name.startsWith('with')) return own
      return (...args) => { calls.push([name, ...args]); return proxy }
    },
  })
  class Played { constructor(image) { calls.push(['image', image]) } start() { return globalThis.playedContainer } }
  Object.setPrototypeOf(Played.prototype, noting({}))
  export const GenericContainer = Played
  export class AbstractStartedContainer {
    constructor(started) { this.startedTestContainer = started }
    async [Symbol.asyncDispose]() { globalThis.disposed = true }
  }
  export const Wait = { forHttp: (...words) => {
    const strategy = { words, usingTls: () => (words.push('tls'), strategy), allowInsecure: () => (words.push('insecure'), strategy) }
    return strategy
  } }
`
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'testcontainers'
      ? { url: `data:text/javascript,${encodeURIComponent(played)}`, shortCircuit: true }
      : next(specifier, context),
})
const { calls }: { calls: unknown[][] } = await import('testcontainers' as string)
const { KeyhavenContainer } = await import('../src/testcontainers/index.ts')

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const callsOf = (name: string): unknown[][] => calls.filter(([called]) => called === name).map(([, ...args]) => args)

/** A container that is the server of this process. */
function playedContainer(asked: string[][]) {
  const { port: published } = new URL(server.endpoint)
  const { accessKeyId, accessKeySecret } = server
  const ca = readFileSync(server.caFile, 'utf8')
  return {
    getHost: () => 'localhost',
    getMappedPort: (inside: number) => (inside === port ? published : undefined),
    exec: async (command: string[]) => {
      asked.push(command)
      const access = { regionId: 'cn-hangzhou', accountId: '1', accessKeyId, accessKeySecret, ca }
      return { output: JSON.stringify(access), exitCode: 0 }
    },
  }
}

test('a container runs the image in development mode, with its seeds, and is waited for', () => {
  calls.length = 0
  new KeyhavenContainer('registry.example.com/keyhaven:1')
    .withSeed('seeds/orders.yml')
    .withSeed({ keys: [{ id: 'seeded' }] })
    .withTlsNames('kms', 'kms.internal')
  assert.deepEqual(callsOf('image'), [['registry.example.com/keyhaven:1']])
  assert.deepEqual(callsOf('withCommand'), [[['--dev', '--insecure-listen']]])
  assert.deepEqual(callsOf('withExposedPorts'), [[port]])
  const [[strategy] = []] = callsOf('withWaitStrategy') as { words: unknown[] }[][]
  assert.deepEqual(strategy?.words, ['/readyz', port, 'tls', 'insecure'])
  assert.deepEqual(callsOf('withCopyFilesToContainer'), [[[{ source: 'seeds/orders.yml', target: '/init/001.yml' }]]])
  assert.deepEqual(callsOf('withCopyContentToContainer'), [
    [[{ content: '{"keys":[{"id":"seeded"}]}', target: '/init/002.json' }]],
  ])
  assert.deepEqual(callsOf('withEnvironment'), [[{ KEYHAVEN_TLS_NAMES: 'kms,kms.internal' }]])
})

test('a started one gives a client that reaches the server', async () => {
  const asked: string[][] = []
  Object.assign(globalThis, { playedContainer: playedContainer(asked) })
  const started = await new KeyhavenContainer().start()
  assert.equal(new URL(started.endpoint).port, new URL(server.endpoint).port)
  await using client = started.client()
  const { keyMetadata } = await client.createKey()
  assert.equal((await client.encrypt({ keyId: keyMetadata.keyId, plaintext: 'p' })).keyId, keyMetadata.keyId)
  // It asks in the folder that the image works in, with a program that the image has.
  assert.equal(asked[0]?.[0], 'node')
  assert.ok(image.Env.includes(`PATH=${image.Entrypoint[0]?.replace(/\/node$/, '')}`))
  assert.equal(image.WorkingDir, dataFolder)
})

test('a container that does not tell how it is reached is no Keyhaven', async () => {
  const exec = async () => ({ output: 'no such file\n', exitCode: 1 })
  Object.assign(globalThis, { playedContainer: { exec, getHost: () => '', getMappedPort: () => 0 } })
  await assert.rejects(new KeyhavenContainer().start(), /does not tell how it is reached: no such file$/)
})

for (const page of pagesToRun('containers'))
  test(`the program of docs/guides/${page} encrypts`, async (t) => {
    await using client = new Client(server)
    const { keyMetadata } = await client.createKey()
    await client.createAlias({ aliasName: 'alias/orders', keyId: keyMetadata.keyId })
    Object.assign(globalThis, { playedContainer: playedContainer([]), disposed: false })
    const text = readFileSync(join(import.meta.dirname, '../docs/guides', page), 'utf8')
    const [, program = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(text) ?? []
    const file = join(temporaryFolder(t), 'program.mts')
    writeFileSync(
      file,
      program.replace('keyhaven/testcontainers', join(import.meta.dirname, '../src/testcontainers/index.ts')),
    )
    // What is disposed of at the end of a module is disposed of before its import returns.
    await import(file)
    assert.equal(Reflect.get(globalThis, 'disposed'), true)
    await client.deleteAlias({ aliasName: 'alias/orders' })
  })
