import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { keyFileSeal } from '../src/core/sealing/key-seal.ts'
import { Client } from '../src/sdk/client.ts'
import { ServiceError } from '../src/sdk/errors.ts'
import { configSchema } from '../src/server/config/schema.ts'
import { startService } from '../src/server/start-service.ts'
import { newestSchema } from '../src/store/migrations/migrate.ts'
import { openStore, type StoreOptions } from '../src/store/open-store.ts'
import { temporaryFolder } from './kit/audit.ts'
import { type PostgresServer, startPostgres } from './kit/postgres.ts'
import { runKeyhaven } from './kit/process.ts'
import { startTestServer } from './kit/server.ts'
import { type Database, databaseOf, type Fixture, formerSchemas, unpack } from './upgrade/fixture.ts'
import { requireSameAnswers } from './upgrade/written.ts'

let postgres: PostgresServer
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

/** Settings of every command about a deployment. */
const flags = ({ data, keyFile }: Fixture, store: string | undefined): string[] => [
  ...['--data', data, '--key-file', keyFile, '--node', 'one'],
  ...(store === undefined ? [] : ['--store', store]),
]

const optionsOf = ({ data }: Fixture, store: string | undefined): StoreOptions =>
  store === undefined ? { engine: 'sqlite', path: join(data, 'keyhaven.db') } : { engine: 'postgres', url: store }

/** Asks a server of today, at the time of then, what the former release was asked. */
async function requireServed({ data, keyFile, written }: Fixture, store: string | undefined): Promise<void> {
  const config = configSchema.parse({ data, store, node: 'one', https: '127.0.0.1:0', auditReserveBytes: 0 })
  const altered: string[] = []
  const service = await startService({
    ...{ config, mode: 'production', seal: await keyFileSeal(keyFile, data) },
    now: () => new Date(written.at),
    wall: () => new Date(),
    log: {
      write: (_level, message, fields) => {
        if (message === 'a stored record is not what was written') altered.push(String(fields?.path))
      },
    },
  })
  try {
    const endpoint = service.endpoint.replace('127.0.0.1', 'localhost')
    await requireSameAnswers({ endpoint, caFile: join(data, 'tls/ca.pem') }, written)
  } finally {
    await service.close()
  }
  assert.deepEqual(altered, [])
}

async function requireWholeAudit(fixture: Fixture, store: string | undefined): Promise<void> {
  const words = ['audit', 'verify', '--with-root-key', ...flags(fixture, store)]
  const { status, stdout, stderr } = await runKeyhaven(words)
  assert.match(stdout, /the log is what was written/, stderr)
  assert.equal(status, 0)
}

const schemaOf = async (database: Database): Promise<number> => {
  const [row] = await database.ask(`select value from store_meta where name = 'schema_version'`)
  return Number(row?.value)
}

async function refused(words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runKeyhaven(words)
  assert.deepEqual([status === 0, stdout], [false, ''])
  assert.match(stderr, /^[^\n]+\n$/)
  return stderr
}

/** Statements of a migration from the first schema: at its begin, in the middle, and the last before it counts. */
const moments = ['create table if not exists "store_meta"', 'create table "index_blocks"', 'insert into "store_meta"']

async function killMigrations(database: Database, store: StoreOptions): Promise<void> {
  const program = join(import.meta.dirname, 'upgrade/killed-migration.ts')
  for (const moment of moments) {
    const { signal, stderr } = spawnSync(process.execPath, [program, JSON.stringify(store), moment])
    assert.equal(signal, 'SIGKILL', `after ${moment}: ${stderr}`)
    assert.equal(await schemaOf(database), 1)
  }
}

/** Says of a backup that another release made it. */
function withSchema(backup: string, schema: number, file: string): string {
  const bytes = readFileSync(backup)
  const end = 12 + bytes.readUInt32BE(8)
  const header = Buffer.from(JSON.stringify({ ...JSON.parse(bytes.toString('utf8', 12, end)), schema }))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(header.length)
  writeFileSync(file, Buffer.concat([bytes.subarray(0, 8), length, header, bytes.subarray(end)]))
  return file
}

test('of each former schema there is a database', () => {
  assert.deepEqual(
    formerSchemas,
    Array.from({ length: newestSchema - 1 }, (_, index) => index + 1),
    'test/upgrade/README.md tells how to make one',
  )
})

for (const engine of ['sqlite', 'postgres'] as const)
  describe(`upgrade on ${engine}`, () => {
    const open = async (t: TestContext, schema: number) => {
      const folder = temporaryFolder(t)
      const store = engine === 'sqlite' ? undefined : await postgres.createDatabase()
      const fixture = await unpack(schema, folder, store)
      return { folder, store, fixture, database: databaseOf(fixture, store) }
    }

    for (const schema of formerSchemas)
      test(`of schema ${schema}: a server answers as the release of then did, and who opens it next changes nothing more`, async (t) => {
        const { fixture, store, database } = await open(t, schema)
        assert.equal(await schemaOf(database), schema)
        await requireServed(fixture, store)
        assert.equal(await schemaOf(database), newestSchema)
        const shape = await database.shape()
        await (await openStore(optionsOf(fixture, store))).close()
        assert.deepEqual(await database.shape(), shape)
        await requireWholeAudit(fixture, store)
      })

    test('a migration that is killed leaves what it found, and the next start makes it; then the root key can be changed', async (t) => {
      const { fixture, store, database } = await open(t, 1)
      await killMigrations(database, optionsOf(fixture, store))
      await requireServed(fixture, store)
      const { stdout, stderr } = await runKeyhaven(['rotate-root-key', ...flags(fixture, store)])
      assert.match(stdout, /^Root key 2 has taken over /, stderr)
      await requireServed(fixture, store)
      await requireWholeAudit(fixture, store)
    })

    test('a backup of an earlier release is restored, one of a later release refused', async (t) => {
      const { folder, fixture } = await open(t, newestSchema - 1)
      const data = join(folder, 'restored')
      const at = flags({ ...fixture, data }, undefined)
      const later = withSchema(fixture.backup, newestSchema + 1, join(folder, 'later'))
      for (const words of [
        ['restore', later],
        ['backup', 'verify', later],
      ])
        assert.match(await refused([...words, ...at]), /of a newer release of Keyhaven \(schema \d+\)/)
      const verified = await runKeyhaven(['backup', 'verify', fixture.backup, ...at])
      assert.match(verified.stdout, /is whole/, verified.stderr)
      const restored = await runKeyhaven(['restore', fixture.backup, ...at])
      assert.match(restored.stdout, /^Restored to /, restored.stderr)
      await requireServed({ ...fixture, data }, undefined)
    })

    test('a database of a later release is refused in one line by everything that opens it', async (t) => {
      const { folder, store, fixture, database } = await open(t, newestSchema - 1)
      await database.ask(`update store_meta set value = '${newestSchema + 1}' where name = 'schema_version'`)
      const at = flags(fixture, store)
      const backup = ['backup', join(folder, 'other')]
      for (const words of [['server'], ['rotate-root-key'], ['reseal', '--new-key-file', join(folder, 'new')]])
        assert.match(await refused([...words, ...at]), /written by a newer release of Keyhaven \(schema \d+, this one/)
      assert.match(await refused([...backup, ...at]), /written by (a newer|another) release of Keyhaven \(schema \d+/)
    })
  })

test('a server whose PostgreSQL a later release migrates refuses everything from then on, and says so', async (t) => {
  const store = await postgres.createDatabase()
  const log: string[] = []
  const server = await startTestServer({
    config: { store },
    log: { write: (_level, message, fields) => log.push(`${message}: ${fields?.error}`) },
  })
  t.after(() => server.close())
  await using client = new Client({ ...server, retry: false })
  const { keyId } = (await client.createKey()).keyMetadata
  await databaseOf({ data: server.data }, store).ask(
    `update store_meta set value = '${newestSchema + 1}' where name = 'schema_version'`,
  )
  let answer: unknown
  while (!answer) answer = await client.updateKeyDescription({ keyId, description: 'changed' }).then(() => 0, codeOf)
  assert.equal(answer, 'ServiceUnavailableTemporary')
  // each thread looks for itself, once a second
  const asked = performance.now()
  const told = () =>
    client.describeKey({ keyId }).then(
      () => true,
      () => false,
    )
  while (await told()) assert.ok(performance.now() - asked < 20_000, 'it goes on')
  assert.match(log.join('\n'), /^the store is away.*was written by a newer release of Keyhaven \(schema \d+/m)
})

const codeOf = (error: unknown): unknown => (error instanceof ServiceError ? error.code : error)
