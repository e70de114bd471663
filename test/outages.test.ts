import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, type TestContext, test } from 'node:test'
import { Client } from '../src/sdk/client.ts'
import { ServiceError } from '../src/sdk/errors.ts'
import { InstanceClient } from '../src/sdk/instance-client.ts'
import type { Config } from '../src/server/config/schema.ts'
import type { LogFields } from '../src/server/log.ts'
import { setUpApplication } from './kit/application.ts'
import { temporaryFolder } from './kit/audit.ts'
import { type PostgresServer, startPostgres } from './kit/postgres.ts'
import { runKeyhaven } from './kit/process.ts'
import { startTestServer } from './kit/server.ts'

interface Line {
  readonly level: string
  readonly message: string
  readonly fields: LogFields | undefined
}

/** A server with clients for both gateways, and what it says of its store. */
async function running(t: TestContext, config: Partial<Config> = {}) {
  const lines: Line[] = []
  const log = {
    write: (level: string, message: string, fields?: LogFields) => void lines.push({ level, message, fields }),
  }
  const server = await startTestServer({ config, log })
  const setup = await setUpApplication(server)
  const instance = new InstanceClient(setup.instance)
  const patient = new Client({ ...setup.public, timeoutMs: 60_000, retry: { attempts: 1000, maxDelayMs: 50 } })
  t.after(async () => {
    await Promise.all([setup.admin.close(), instance.close(), patient.close()])
    await server.close()
  })
  const ofStore = () => lines.filter(({ message }) => message.startsWith('the store'))
  const complaints = () => lines.filter(({ level }) => level === 'error' || level === 'warn')
  return { server, admin: setup.admin, patient, instance, instanceId: setup.instanceId, ofStore, complaints }
}

/** Official clients send the same call again on this answer. */
function isTemporary(error: unknown): boolean {
  assert.ok(error instanceof ServiceError, String(error))
  assert.deepEqual([error.code, error.status], ['ServiceUnavailableTemporary', 503])
  return true
}

describe('while the SQLite file is locked', () => {
  test('changes are refused as temporary and told of once; what is warm is served', async (t) => {
    const { server, admin, patient, ofStore, complaints } = await running(t)
    const { keyId } = (await admin.createKey({})).keyMetadata
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext: 'warm' })
    const other = new DatabaseSync(join(server.data, 'keyhaven.db'))
    t.after(() => other.close())
    other.exec('begin immediate')
    const change = () => admin.updateKeyDescription({ keyId, description: 'new' })
    await Promise.all(Array.from({ length: 5 }, () => assert.rejects(change(), isTemporary)))
    assert.equal((await admin.decrypt({ ciphertextBlob })).plaintext, 'warm')
    assert.deepEqual(
      complaints().map(({ message }) => message),
      ['the store takes no changes: they are refused'],
    )
    assert.match(String(complaints()[0]?.fields?.error), /keyhaven\.db is locked by another process/)
    const retried = patient.updateKeyDescription({ keyId, description: 'new' })
    other.exec('rollback')
    await retried
    assert.equal((await admin.describeKey({ keyId })).keyMetadata.description, 'new')
    assert.deepEqual(
      ofStore().map(({ level, message }) => [level, message]),
      [
        ['error', 'the store takes no changes: they are refused'],
        ['info', 'the store takes changes again'],
      ],
    )
  })
})

describe('while PostgreSQL is away', () => {
  let postgres: PostgresServer
  before(async () => {
    postgres = await startPostgres()
  })
  after(() => postgres.stop())

  for (const how of ['shut down', 'killed'] as const) {
    test(`both gateways refuse as temporary, it is told of once, and both serve as soon as it is back (${how})`, async (t) => {
      const store = await postgres.createDatabase()
      const { server, admin, patient, instance, instanceId, ofStore, complaints } = await running(t, { store })
      const { keyId } = (await admin.createKey({ dKMSInstanceId: instanceId })).keyMetadata
      const other = (await admin.createKey({})).keyMetadata.keyId
      const plaintext = new Uint8Array(3)
      await instance.encrypt({ keyId, plaintext })
      await postgres.halt(how)
      await refusal(() => admin.encrypt({ keyId, plaintext: 'x' }))
      await refusal(() => instance.encrypt({ keyId, plaintext }))
      await refusal(() => admin.createKey({}))
      await server.service.doDueWork()
      const health = await fetch(`${server.httpEndpoint}/readyz`)
      assert.equal(health.status, 503)
      assert.equal(((await health.json()) as { store: boolean }).store, false)
      const retried = [patient.disableKey({ keyId: other }), patient.encrypt({ keyId, plaintext: 'x' })]
      await postgres.resume()
      await Promise.all(retried)
      await instance.encrypt({ keyId, plaintext })
      assert.deepEqual(
        ofStore().map(({ level, message }) => [level, message]),
        [
          ['error', 'the store is away: calls that need it are refused'],
          ['info', 'the store is back'],
        ],
      )
      assert.equal(complaints().length, 1)
    })
  }

  test('a start says in one line what is missing', async (t) => {
    const store = await postgres.createDatabase()
    await postgres.halt('shut down')
    const { status, stdout, stderr } = await runKeyhaven([
      ...['server', '--dev', '--data', temporaryFolder(t), '--store', store],
    ])
    await postgres.resume()
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(
      stderr,
      /^keyhaven: storeUnusable: The PostgreSQL database 127\.0\.0\.1:\d+\/keyhaven_\d+ does not answer \(connect ECONNREFUSED [^\n]+\)\.\n$/,
    )
    assert.doesNotMatch(stderr, /for-this-test-only/)
  })
})

/** Calls until what is remembered is too old, and the refusal is the only answer left. */
async function refusal(call: () => Promise<unknown>): Promise<void> {
  try {
    for (;;) await call()
  } catch (error) {
    isTemporary(error)
  }
}
