import assert from 'node:assert/strict'
import { cpSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { presentNodes } from '../src/core/oversight/node-lease.ts'
import { configSchema } from '../src/server/config/schema.ts'
import { makeDataFolder } from '../src/server/files/data-folder.ts'
import { developmentSeal } from '../src/server/root-key/root-secret.ts'
import { startService } from '../src/server/start-service.ts'
import { temporaryFolder } from './kit/audit.ts'
import { type PostgresServer, startPostgres } from './kit/postgres.ts'

let postgres: PostgresServer
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

/**
 * Starts one of several servers over a database, each with a data folder of its own, and stops it again.
 *
 * @returns the names of all that were there
 */
async function startAndStop(store: string, data: string, node: string): Promise<readonly string[]> {
  makeDataFolder(data)
  const config = configSchema.parse({
    ...{ data, store, node, https: '127.0.0.1:0', http: '127.0.0.1:0', auditReserveBytes: 0 },
  })
  const seal = developmentSeal('5b'.repeat(32))
  const service = await startService({ config, mode: 'development', seal, log: { write: () => {} } })
  const present = await presentNodes(service.kms.records)
  await service.close()
  return present.map(({ id }) => id)
}

const foldersOf = (t: TestContext, count: number): string[] => {
  const folder = temporaryFolder(t)
  return Array.from({ length: count }, (_, index) => join(folder, String(index)))
}

const damaged = (message: RegExp) => ({ name: 'AuditDamaged', message })

test('each of several servers over one PostgreSQL has a log of its own, and misses that alone', async (t) => {
  const store = await postgres.createDatabase()
  const [one = '', two = ''] = foldersOf(t, 2)
  for (let round = 0; round < 2; round++) {
    await startAndStop(store, one, 'one')
    await startAndStop(store, two, 'two')
  }
  renameSync(join(one, 'audit'), join(one, 'gone'))
  await startAndStop(store, two, 'two')
  await assert.rejects(
    startAndStop(store, one, 'one'),
    damaged(/records 1 to \d+ are missing from .*, written by one .*accept-loss/),
  )
  cpSync(join(two, 'audit'), join(one, 'audit'), { recursive: true })
  await assert.rejects(
    startAndStop(store, one, 'one'),
    damaged(/\/one of one with the \d+ records .* not in its folder/),
  )
  cpSync(join(one, 'gone'), join(one, 'audit'), { recursive: true, force: true })
  await startAndStop(store, one, 'one')
})

test('a server that takes the name of another one is refused, and may take a new one', async (t) => {
  const store = await postgres.createDatabase()
  const [one = '', two = ''] = foldersOf(t, 2)
  await startAndStop(store, one, 'one')
  await assert.rejects(startAndStop(store, two, 'one'), damaged(/records 1 to \d+ are missing from .*, written by one/))
  assert.deepEqual(await startAndStop(store, two, 'two'), ['two'], 'what did not start has left its name')
  await startAndStop(store, one, 'renamed')
  await startAndStop(store, one, 'renamed')
})
