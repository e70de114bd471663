import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import pg from 'pg'
import { Client } from '../src/sdk/client.ts'
import { SecretCache } from '../src/sdk/secrets/secret-cache.ts'
import { type PostgresServer, startPostgres } from './kit/postgres.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let postgres: PostgresServer
let server: TestServer
let client: Client
let admin: URL
let manager: pg.Client
before(async () => {
  postgres = await startPostgres()
  admin = new URL(await postgres.createDatabase())
  manager = new pg.Client({ connectionString: String(admin) })
  await manager.connect()
  server = await startTestServer({ config: { rotationHosts: [`127.0.0.1:${admin.port}`] } })
  const { endpoint, caFile, accessKeyId, accessKeySecret } = server
  client = new Client({ endpoint, caFile, accessKeyId, accessKeySecret })
  const secretData = JSON.stringify({ username: admin.username, password: admin.password })
  await client.createSecret({ secretName: 'admin', versionId: 'v1', secretData })
})
after(async () => {
  await client.close()
  await server.close()
  await manager.end()
  await postgres.stop()
})

const custom = (more: object = {}) => ({
  ...{ Endpoint: '127.0.0.1', Port: admin.port, DBName: admin.pathname.slice(1), Tls: 'off' },
  ...more,
})

/** An account of the database with a secret for it. */
async function account(name: string, subType: 'SingleUser' | 'DoubleUsers', more: object = {}): Promise<string> {
  await manager.query(`create role ${name} login password 'first-of-${name}'`)
  await client.createSecret({
    ...{ secretName: `db/${name}`, versionId: 'v1', secretType: 'Rds' },
    secretData: JSON.stringify({ Accounts: [{ AccountName: name, AccountPassword: `first-of-${name}` }] }),
    extendedConfig: JSON.stringify({ SecretSubType: subType, DBInstanceId: 'rm-test', CustomData: custom(more) }),
  })
  return `db/${name}`
}

/** What an application does: it reads the account, logs in, and works. */
async function work(user: string, password: string): Promise<string> {
  const connection = new pg.Client({
    ...{ host: '127.0.0.1', port: Number(admin.port), user, password },
    database: admin.pathname.slice(1),
  })
  await connection.connect()
  try {
    const { rows } = await connection.query('select current_user as name')
    return rows[0].name
  } finally {
    await connection.end()
  }
}

describe('an application that reads through SecretCache sees no failed login across 20 rotations', () => {
  for (const [name, subType, more] of [
    ['single', 'SingleUser', {}],
    ['double', 'DoubleUsers', { AdminSecret: 'admin' }],
  ] as const)
    test(`${subType}, rotating while it works`, async () => {
      const secretName = await account(name, subType, more)
      const cache = new SecretCache(client, { ttlSeconds: 3600 })
      const state = { isDone: false, logins: 0, names: new Set<string>() }
      const application = async (): Promise<void> => {
        while (!state.isDone) {
          await cache.withSecret(secretName, async (secret) => {
            state.names.add(secret.member('AccountName'))
            await work(secret.member('AccountName'), secret.member('AccountPassword'))
          })
          state.logins++
        }
      }
      const running = Promise.all([application(), application()])
      try {
        for (let round = 1; round <= 20; round++) {
          await client.rotateSecret({ secretName, versionId: `r${round}` })
          const before = state.logins
          // Both have worked with the new password, or are about to find out that the old one is gone.
          while (state.logins < before + 2) await Promise.race([setImmediate(), running])
        }
      } finally {
        state.isDone = true
      }
      await running
      assert.ok(state.logins >= 20, `${state.logins} logins`)
      assert.deepEqual(state.names, new Set(subType === 'SingleUser' ? [name] : [name, `${name}_clone`]))
      const { versionStages } = await client.getSecretValue({ secretName })
      assert.deepEqual(versionStages.versionStage, ['ACSCurrent'])
    })
})

test('the second account of a pair acts as the first, and keeps its password when that one’s is changed', async () => {
  const secretName = await account('pair', 'DoubleUsers', { AdminSecret: 'admin' })
  await client.rotateSecret({ secretName, versionId: 'v2' })
  const value = JSON.parse((await client.getSecretValue({ secretName })).secretData)
  assert.equal(value.AccountName, 'pair_clone')
  assert.equal(await work(value.AccountName, value.AccountPassword), 'pair')
  await client.rotateSecret({ secretName, versionId: 'v3' })
  assert.equal(await work('pair_clone', value.AccountPassword), 'pair')
})

test('an administrator needs CREATEROLE and ADMIN OPTION of the first account, no more', async () => {
  await manager.query(`create role limited login createrole password 'of-the-limited'`)
  const secretData = JSON.stringify({ username: 'limited', password: 'of-the-limited' })
  await client.createSecret({ secretName: 'limited', versionId: 'v1', secretData })
  const secretName = await account('modest', 'DoubleUsers', { AdminSecret: 'limited' })
  await assert.rejects(client.rotateSecret({ secretName, versionId: 'v2' }), { message: /permission denied/ })
  await manager.query('grant modest to limited with admin option')
  for (const [versionId, name] of [
    ['v2', 'modest_clone'],
    ['v3', 'modest'],
  ] as const) {
    await client.rotateSecret({ secretName, versionId })
    const { AccountName, AccountPassword } = JSON.parse((await client.getSecretValue({ secretName })).secretData)
    assert.equal(AccountName, name)
    assert.equal(await work(AccountName, AccountPassword), 'modest')
  }
})

test('the database is told a verifier, never a password', async () => {
  const secretName = await account('quiet', 'SingleUser')
  await client.rotateSecret({ secretName, versionId: 'v2' })
  const { rows } = await manager.query(`select rolpassword from pg_authid where rolname = 'quiet'`)
  assert.match(rows[0].rolpassword, /^SCRAM-SHA-256\$4096:/)
})

test('names of accounts are never part of a statement', async () => {
  const evil = `evil"; drop role admin_of_nothing; --`
  await manager.query('create role admin_of_nothing')
  await manager.query(`create role ${manager.escapeIdentifier(evil)} login password 'p'`)
  await client.createSecret({
    ...{ secretName: 'db/evil', versionId: 'v1', secretType: 'Rds' },
    secretData: JSON.stringify({ Accounts: [{ AccountName: evil, AccountPassword: 'p' }] }),
    extendedConfig: JSON.stringify({ SecretSubType: 'SingleUser', DBInstanceId: 'rm', CustomData: custom() }),
  })
  await client.rotateSecret({ secretName: 'db/evil', versionId: 'v2' })
  assert.equal((await manager.query(`select from pg_roles where rolname = 'admin_of_nothing'`)).rowCount, 1)
})

describe('a rotation that cannot be done says why, and the secret is what it was', () => {
  const refused = async (secretName: string, message: RegExp) => {
    const { secretData } = await client.getSecretValue({ secretName })
    await assert.rejects(client.rotateSecret({ secretName, versionId: 'v2' }), {
      code: 'Rejected.Unavailable',
      message,
    })
    assert.equal((await client.getSecretValue({ secretName })).secretData, secretData)
  }

  test('because somebody has changed the password by hand', async () => {
    const secretName = await account('changed', 'SingleUser')
    await manager.query(`alter role changed password 'other'`)
    await refused(secretName, /password authentication failed for user "changed"/)
    await client.updateSecret({ secretName, 'extendedConfig.CustomData': custom({ AdminSecret: 'admin' }) as never })
    await client.rotateSecret({ secretName, versionId: 'v2' })
  })

  test('because the database is not one that the operator has named', async () => {
    await refused(
      await account('elsewhere', 'SingleUser', { Endpoint: '127.0.0.2' }),
      /rotationHosts does not name 127\.0\.0\.2/,
    )
  })

  test('because nobody may make the second account', async () => {
    await refused(await account('alone', 'DoubleUsers'), /AdminSecret is needed to make alone_clone/)
  })

  test('because the database offers no TLS', async () => {
    await refused(await account('open', 'SingleUser', { Tls: undefined }), /does not support SSL/)
  })
})
