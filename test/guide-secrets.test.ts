import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import pg from 'pg'
import { parseAllDocuments } from 'yaml'
import { Client } from '../src/sdk/client.ts'
import { folderWith } from './kit/cli.ts'
import { commandsOf, pagesToRun } from './kit/guides.ts'
import { keyhavenOnPath } from './kit/keyhaven-on-path.ts'
import { type PostgresServer, startPostgres } from './kit/postgres.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

/** What a page tells to do, in its order. */
function stepsOf(page: string): { language: string; content: string; file?: string | undefined }[] {
  const text = readFileSync(join(import.meta.dirname, '../docs/guides', page), 'utf8')
  return [...text.matchAll(/(?:^`([\w-]+\.json)`[^\n]*\n\n)?^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, file, language = '', content = '']) => ({ language, content, file }),
  )
}

const shell = (command: string, env: Record<string, string>, cwd: string) =>
  promisify(execFile)('sh', ['-euc', command], { env, cwd })

for (const page of pagesToRun('database-passwords'))
  describe(`${page} can be followed`, () => {
    let postgres: PostgresServer
    let server: TestServer
    let database: URL
    let manager: pg.Client
    before(async () => {
      postgres = await startPostgres()
      database = new URL(await postgres.createDatabase())
      server = await startTestServer({ config: { rotationHosts: [database.host] } })
      manager = new pg.Client({ connectionString: String(database) })
      await manager.connect()
    })
    after(async () => {
      await manager.end()
      await server.close()
      await postgres.stop()
    })

    test('step by step, with the address of this database', async () => {
      const cwd = folderWith()
      const env = keyhavenOnPath(server)
      const said: string[] = []
      for (const { language, content, file } of stepsOf(page)) {
        if (language === 'sql') await manager.query(content)
        if (language === 'json' && file !== undefined) writeFileSync(join(cwd, file), placed(content))
        if (language === 'sh' && !content.startsWith('keyhaven server'))
          said.push((await shell(content, env, cwd)).stdout)
      }
      assert.ok(said.includes('app_clone logs in\n'), said.join('\n'))
      assert.equal(existsSync(join(cwd, 'admin.json')), false)
      const client = new Client({ ...server, proxy: false })
      const { secretData, automaticRotation } = await client.getSecretValue({ secretName: 'db/app' })
      const { AccountName: user, AccountPassword: password } = JSON.parse(secretData)
      assert.deepEqual([user, automaticRotation], ['app', 'Enabled'])
      const application = new pg.Client({ connectionString: String(database), user, password })
      await application.connect()
      await application.end()
      await client.close()
    })

    test('and so can the rotation that secrets.md tells of, of an account that sets its own password', async () => {
      await manager.query("CREATE ROLE alone LOGIN PASSWORD 'the first one'")
      const config = stepsOf('secrets.md').find(({ content }) => content.includes('SingleUser'))?.content ?? ''
      const accounts = JSON.stringify({ Accounts: [{ AccountName: 'alone', AccountPassword: 'the first one' }] })
      const cwd = folderWith({ 'config.json': placed(config), 'accounts.json': accounts })
      const client = new Client({ ...server, proxy: false })
      await client.deleteSecret({ secretName: 'db/app', forceDeleteWithoutRecovery: true })
      for (const command of commandsOf('secrets.md').flat())
        if (command.includes(' db/app')) await shell(command, keyhavenOnPath(server), cwd)
      const { secretData, rotationInterval } = await client.getSecretValue({ secretName: 'db/app' })
      assert.notEqual(JSON.parse(secretData).AccountPassword, 'the first one')
      assert.equal(rotationInterval, `${30 * 24 * 3600}s`)
      await client.close()
    })

    /** The page's address is nobody's here, and this database, on this machine, offers no TLS. */
    function placed(json: string): string {
      const value = JSON.parse(json)
      if (value.CustomData === undefined) return json
      const { hostname: Endpoint, port: Port, pathname } = database
      Object.assign(value.CustomData, { Endpoint, Port, DBName: pathname.slice(1), Tls: 'off' })
      return JSON.stringify(value)
    }
  })

interface Container {
  readonly command: readonly string[]
  readonly args?: readonly string[]
  readonly envFrom?: readonly { readonly secretRef: { readonly name: string } }[]
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  readonly startupProbe?: { readonly exec: { readonly command: readonly string[] } }
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}

describe('kubernetes.md says what is so', () => {
  const [page, other] = ['kubernetes.md', 'kubernetes.zh-CN.md'].map((name) =>
    stepsOf(name).filter(({ language }) => language === 'yaml'),
  )
  const documents = (page ?? []).flatMap(({ content }) =>
    parseAllDocuments(content).map((document) => {
      assert.deepEqual(document.errors, [])
      return document.toJS()
    }),
  )
  const kinds = (kind: string) => documents.filter((document) => document.kind === kind)
  let server: TestServer
  let client: Client
  before(async () => {
    server = await startTestServer()
    client = new Client({ ...server, proxy: false })
    const secretData = '{"password":"p w"}'
    await client.createSecret({ secretName: 'shop/db', versionId: 'v1', secretData })
    await client.createSecret({ secretName: 'other/db', versionId: 'v1', secretData })
  })
  after(async () => {
    await client.close()
    await server.close()
  })

  test('its YAML is whole, names what it uses, and is the same in both languages', () => {
    assert.deepEqual(other, page)
    assert.deepEqual(
      documents.map(({ kind }) => kind),
      ['Secret', 'ConfigMap', 'Pod', 'Pod', 'SecretProviderClass'],
    )
    for (const { spec } of kinds('Pod')) {
      const volumes = spec.volumes.map(({ name }: { name: string }) => name)
      for (const container of [...(spec.initContainers ?? []), ...spec.containers] as Container[]) {
        for (const { name } of container.volumeMounts) assert.ok(volumes.includes(name), name)
        for (const { secretRef } of container.envFrom ?? [])
          assert.equal(secretRef.name, kinds('Secret')[0].metadata.name)
      }
    }
    const [{ spec }] = kinds('SecretProviderClass')
    const [object] = parseAllDocuments(spec.parameters.objects).map((document) => document.toJS()[0])
    assert.deepEqual(Object.keys(object), ['objectName', 'objectAlias', 'kmsEndpoint'])
  })

  /** The AccessKey that the page makes for the pod. */
  async function podEnvironment(): Promise<Record<string, string>> {
    const cwd = folderWith()
    const env = keyhavenOnPath(server)
    const steps = stepsOf('kubernetes.md')
    for (const { language, content, file } of steps) {
      if (file !== undefined) writeFileSync(join(cwd, file), content)
      if (language !== 'sh') continue
      await shell(content.replace(/^keyhaven access-key .*$/m, ''), env, cwd)
      const [line = ''] = /^keyhaven access-key .*$/m.exec(content) ?? []
      const { stdout } = await shell(line.replace('keyhaven', 'keyhaven --json'), env, cwd)
      const { AccessKeyId, AccessKeySecret } = JSON.parse(stdout).AccessKey ?? assert.fail(stdout)
      Object.assign(env, { KEYHAVEN_ACCESS_KEY_ID: AccessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: AccessKeySecret })
    }
    const given = Object.keys(kinds('Secret')[0].stringData)
    assert.ok(given.every((name) => name in env))
    return env
  }

  test('what its containers run works, with the rights that it gives and no more', async () => {
    const env = await podEnvironment()
    await assert.rejects(shell('keyhaven secret get other/db', env, folderWith()), /Forbidden\.NoPermission/)
    const [inEnvironment, beside] = kinds('Pod')
    // Where containers would mount their volumes, and the port that the agent would have in a pod of its own.
    const root = folderWith()
    const port = await freePort()
    const here = (text: string) =>
      text
        .replaceAll('/etc/keyhaven', root)
        .replaceAll('/run/agent', `${root}/agent`)
        .replaceAll('127.0.0.1:2025', `127.0.0.1:${port}`)
    mkdirSync(join(root, 'agent'))
    writeFileSync(join(root, 'ca.pem'), readFileSync(server.caFile))
    const environmentOf = ({ env: own = [], envFrom = [] }: Container) => ({
      ...(envFrom.length === 0 ? { PATH: env.PATH ?? '' } : env),
      ...Object.fromEntries(own.map(({ name, value }) => [name, here(value)])),
    })
    const wordsOf = ({ command, args = [] }: Container) => [...command, ...args].map(here)

    const [shop] = inEnvironment.spec.containers
    const [program = '', ...words] = wordsOf(shop)
    const { stdout } = await promisify(execFile)(program, words, { env: environmentOf(shop) })
    assert.equal(stdout, 'a password of 3 characters\n')

    const [agent] = beside.spec.initContainers
    const [agentProgram = '', ...agentWords] = wordsOf(agent)
    const running = spawn(agentProgram, [...agentWords, '--listen', `127.0.0.1:${port}`], {
      env: environmentOf(agent),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      // It is read on: an agent that nobody reads ends.
      await once(running.stdout, 'data')
      const [test = '', ...condition] = agent.startupProbe.exec.command.map(here)
      await promisify(execFile)(test, condition)
      const [asking] = beside.spec.containers
      const [asker = '', ...question] = wordsOf(asking)
      const answer = await promisify(execFile)(asker, question, { env: environmentOf(asking) })
      assert.equal(JSON.parse(answer.stdout).SecretData, '{"password":"p w"}')
    } finally {
      running.kill()
    }
  })
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
