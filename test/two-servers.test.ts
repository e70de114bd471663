import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { Client } from '../src/sdk/client.ts'
import { ServiceError } from '../src/sdk/errors.ts'
import { configSchema } from '../src/server/config/schema.ts'
import { makeDataFolder } from '../src/server/data-folder.ts'
import { developmentSeal } from '../src/server/root-secret.ts'
import type { Service } from '../src/server/service.ts'
import { startService } from '../src/server/start-service.ts'
import { temporaryFolder } from './kit/audit.ts'
import { type PostgresServer, startPostgres } from './kit/postgres.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let postgres: PostgresServer
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

interface Node {
  readonly service: Service
  readonly client: Client
}

/** Two servers over one database, each with a data folder of its own, and the same account. */
async function twoServers(context: test.TestContext, settings: object = {}): Promise<readonly [Node, Node]> {
  const store = await postgres.createDatabase()
  const one = await startTestServer({ config: { store, node: 'one', ...settings } })
  context.after(() => one.close())
  const data = temporaryFolder(context)
  makeDataFolder(data)
  const seal = developmentSeal('5b'.repeat(32))
  const config = configSchema.parse({
    ...{ data, store, node: 'two', https: '127.0.0.1:0', http: '127.0.0.1:0', auditReserveBytes: 0, ...settings },
  })
  const two = await startService({ config, mode: 'development', seal, log: { write: () => {} } })
  context.after(() => two.close())
  const nodeOf = (service: Service): Node => {
    const client = new Client({ ...keysOf(one), endpoint: String(service.httpEndpoint), retry: false })
    context.after(() => client.close())
    return { service, client }
  }
  return [nodeOf(one.service), nodeOf(two)]
}

const keysOf = ({ accessKeyId, accessKeySecret }: TestServer) => ({ accessKeyId, accessKeySecret })

/** Asks again until it is so: what one server changes counts on the other within half a second. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 2000; attempt++) if (await isSo()) return
  assert.fail('it did not come to be so')
}

test('two servers rotate one secret at once: one does at a time, and its value is what the database takes', async (context) => {
  const admin = new URL(await postgres.createDatabase())
  const nodes = await twoServers(context, { rotationHosts: [`127.0.0.1:${admin.port}`] })
  const [{ client }] = nodes
  const manager = new pg.Client({ connectionString: String(admin) })
  await manager.connect()
  context.after(() => manager.end())
  await manager.query(`create role app login password 'first'`)
  const secretName = 'db/app'
  const CustomData = { Endpoint: '127.0.0.1', Port: admin.port, DBName: admin.pathname.slice(1), Tls: 'off' }
  await client.createSecret({
    ...{ secretName, versionId: 'v1', secretType: 'Rds' },
    secretData: '{"Accounts":[{"AccountName":"app","AccountPassword":"first"}]}',
    extendedConfig: JSON.stringify({ SecretSubType: 'SingleUser', DBInstanceId: 'rm', CustomData }),
  })
  const valueAt = async ({ client: at }: Node) => {
    const { secretData, versionId } = await at.getSecretValue({ secretName })
    return { versionId, password: JSON.parse(secretData).AccountPassword as string }
  }
  const logIn = async (password: string): Promise<boolean> => {
    const connection = new pg.Client({
      host: admin.hostname,
      port: Number(admin.port),
      database: CustomData.DBName,
      user: 'app',
      password,
    })
    try {
      await connection.connect()
      return true
    } catch {
      return false
    } finally {
      await connection.end()
    }
  }
  const rotate = async ({ client: at }: Node, versionId: string): Promise<string> => {
    try {
      await at.rotateSecret({ secretName, versionId })
      return 'ok'
    } catch (error) {
      if (error instanceof ServiceError) return error.code
      throw error
    }
  }
  const passwords = new Set(['first'])
  let rotations = 0
  for (let round = 0; round < 10; round++) {
    const codes = await Promise.all(
      nodes.flatMap((node, index) => [rotate(node, `r${round}-${index}`), rotate(node, `r${round}-${index}-again`)]),
    )
    assert.ok(
      codes.every((code) => code === 'ok' || code === 'Rejected.ResourceInUse'),
      codes.join(),
    )
    rotations += codes.filter((code) => code === 'ok').length
    assert.ok(codes.includes('ok'))
    await until(async () => {
      const [one, other] = await Promise.all(nodes.map(valueAt))
      if (one === undefined || one.versionId !== other?.versionId) return false
      passwords.add(one.password)
      return one.password === other.password && (await logIn(one.password))
    })
  }
  const { rows } = await manager.query(`select rolpassword from pg_authid where rolname = 'app'`)
  assert.match(rows[0].rolpassword, /^SCRAM-SHA-256/)
  assert.ok(passwords.size > 10 && rotations >= 10, `${passwords.size} passwords, ${rotations} rotations`)
})

test('of two servers over one database each knows what was last used at the other, once that has told', async (context) => {
  // what is flushed here is what the thread of the test has noted
  const [one, two] = await twoServers(context, { workers: 1 })
  const { keyId } = (await one.client.createKey()).keyMetadata
  await one.client.encrypt({ keyId, plaintext: 'x' })
  const usageAt = async ({ client }: Node) => (await client.getKeyLastUsage({ keyId })).lastUsedOperation
  assert.equal(await usageAt(one), 'Encrypt')
  assert.equal(await usageAt(two), undefined)
  await one.service.kms.lastUses.flush()
  assert.equal(await usageAt(two), 'Encrypt')
  const { ciphertextBlob } = await two.client.encrypt({ keyId, plaintext: 'y' })
  await two.client.decrypt({ ciphertextBlob })
  await Promise.all([one, two].map(({ service }) => service.kms.lastUses.flush()))
  assert.deepEqual(await Promise.all([one, two].map(usageAt)), ['Decrypt', 'Decrypt'])
})
