import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { Client } from '../src/sdk/client.ts'
import { SecretCache } from '../src/sdk/secrets/secret-cache.ts'
import { type MysqlKind, type MysqlServer, mysqlProgram, startMysql } from './kit/mysql.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

for (const kind of ['MariaDB', 'MySQL'] as const)
  describe(`accounts of ${kind}`, { skip: mysqlProgram(kind) === undefined && `no ${kind} on PATH` }, () =>
    rotation(kind),
  )

function rotation(kind: MysqlKind): void {
  let mysql: MysqlServer
  let server: TestServer
  let client: Client
  let manager: Connection
  before(async () => {
    mysql = await startMysql(kind)
    manager = await logIn('manager', mysql.managerPassword)
    await manager.query('create database app')
    await manager.query('create table app.work (done int)')
    await manager.query(`create user admin@'%' identified by 'of-the-admin'`)
    await manager.query(`grant create user on *.* to admin@'%'`)
    await manager.query(`grant select on mysql.* to admin@'%'`)
    await manager.query(`grant select, insert on app.* to admin@'%' with grant option`)
    server = await startTestServer({
      config: { rotationHosts: [`127.0.0.1:${mysql.port}`, `localhost:${mysql.port}`] },
    })
    const { endpoint, caFile, accessKeyId, accessKeySecret } = server
    client = new Client({ endpoint, caFile, accessKeyId, accessKeySecret })
    for (const [username, password] of [
      ['admin', 'of-the-admin'],
      ['manager', mysql.managerPassword],
    ]) {
      const secretData = JSON.stringify({ username, password })
      await client.createSecret({ secretName: String(username), versionId: 'v1', secretData })
    }
  })
  after(async () => {
    await client.close()
    await server.close()
    await manager.end()
    await mysql.stop()
  })

  const logIn = (user: string, password: string): Promise<Connection> =>
    createConnection({ host: '127.0.0.1', port: mysql.port, user, password, disableEval: true })
  const withAdmin = { AdminSecret: 'admin' }
  const custom = (more: object = {}) => ({
    ...{ Engine: 'MySQL', Endpoint: '127.0.0.1', Port: String(mysql.port), Tls: 'off' },
    ...more,
  })

  const createSecret = (name: string, subType: 'SingleUser' | 'DoubleUsers', more: object = {}) =>
    client.createSecret({
      ...{ secretName: `db/${name}`, versionId: 'v1', secretType: 'Rds' },
      secretData: JSON.stringify({ Accounts: [{ AccountName: name, AccountPassword: `first-of-${name}` }] }),
      extendedConfig: JSON.stringify({ SecretSubType: subType, DBInstanceId: 'rm-test', CustomData: custom(more) }),
    })

  /** An account of the database with a secret for it. */
  async function account(name: string, subType: 'SingleUser' | 'DoubleUsers', more: object = {}): Promise<string> {
    await manager.query(`create user \`${name}\`@'%' identified by 'first-of-${name}'`)
    await manager.query(`grant select, insert on app.* to \`${name}\`@'%'`)
    await createSecret(name, subType, more)
    return `db/${name}`
  }

  /** What an application does: it reads the account, logs in, and works. */
  async function work(user: string, password: string): Promise<void> {
    const connection = await logIn(user, password)
    try {
      await connection.query('insert into app.work values (1)')
    } finally {
      await connection.end()
    }
  }

  const accountIn = async (secretName: string) => JSON.parse((await client.getSecretValue({ secretName })).secretData)

  describe('an application that reads through SecretCache sees no failed login across 20 rotations', () => {
    for (const [name, subType] of [
      ['single', 'SingleUser'],
      ['double', 'DoubleUsers'],
    ] as const)
      test(`${subType}, rotating while it works`, async () => {
        const secretName = await account(name, subType, withAdmin)
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

  test('the second account of a pair may do what the first may, under the same conditions, from the same hosts', async () => {
    const secretName = await account('pair', 'DoubleUsers', { AdminSecret: 'manager' })
    await manager.query(`create user pair@'10.0.0.0/255.0.0.0' identified by 'other' require ssl`)
    await manager.query(`alter user pair@'%' with max_user_connections 9`)
    await manager.query('create role reporting')
    await manager.query('grant create view on app.* to reporting')
    await manager.query(`grant reporting to pair@'%'`)
    await manager.query(
      kind === 'MariaDB' ? `set default role reporting for pair@'%'` : `alter user pair@'%' default role reporting`,
    )
    await manager.query(`grant delete on app.work to pair@'%' with grant option`)
    await client.rotateSecret({ secretName, versionId: 'v2' })
    for (const host of ['%', '10.0.0.0/255.0.0.0'])
      assert.deepEqual(await descriptionOf('pair_clone', host), await descriptionOf('pair', host))
    await manager.query(`grant update on app.work to pair_clone@'%'`)
    await client.rotateSecret({ secretName, versionId: 'v3' })
    assert.deepEqual(await descriptionOf('pair', '%'), await descriptionOf('pair_clone', '%'))
    const { AccountName, AccountPassword } = await accountIn(secretName)
    assert.equal(AccountName, 'pair')
    await work(AccountName, AccountPassword)
  })

  /** What the server says of an account and its grants, without its name and what it proves itself with. */
  async function descriptionOf(user: string, host: string): Promise<readonly string[]> {
    const ask = async (sql: string) => (await manager.query<RowDataPacket[][]>({ sql, rowsAsArray: true }))[0]
    const rows = [
      ...(await ask(`show create user ${user}@'${host}'`)),
      ...(await ask(`show grants for ${user}@'${host}'`)),
    ]
    const anonymous = (text: string) => text.replace(`\`${user}\``, 'it').replace(/ (AS|PASSWORD) '.*?'(?= |$)/s, ' $1')
    return rows.map(([text]) => anonymous(String(text))).sort()
  }

  test('no log of the server shows a password, and what it keeps is what it would have made itself', async () => {
    const secretName = await account('quiet', 'DoubleUsers', withAdmin)
    const passwords = []
    for (const versionId of ['v2', 'v3', 'v4']) {
      await client.rotateSecret({ secretName, versionId })
      passwords.push((await accountIn(secretName)).AccountPassword)
    }
    const log = readFileSync(mysql.logFile, 'latin1')
    assert.match(log, /alter user .quiet_clone.@/i)
    assert.deepEqual(
      passwords.filter((password) => log.includes(password)),
      [],
    )
    const [rows] = await manager.query<RowDataPacket[]>(
      `select plugin, authentication_string as kept from mysql.user where user = 'quiet'`,
    )
    const expected =
      kind === 'MariaDB' ? /^mysql_native_password \*[0-9A-F]{40}$/ : /^caching_sha2_password \$A\$005\$.{63}$/
    assert.match(`${rows[0]?.plugin} ${rows[0]?.kept}`, expected)
  })

  test('an account sets its own password where the server lets it give a verifier, and else says what is needed', async () => {
    const secretName = await account('own', 'SingleUser')
    if (kind === 'MySQL') return refused(secretName, /MySQL needs CustomData\.AdminSecret/)
    await client.rotateSecret({ secretName, versionId: 'v2' })
    const { AccountName, AccountPassword } = await accountIn(secretName)
    await work(AccountName, AccountPassword)
    assert.equal(readFileSync(mysql.logFile, 'latin1').includes(AccountPassword), false)
  })

  test('a cluster of PolarDB gets the accounts that its secret names', async () => {
    const extendedConfig = JSON.stringify({
      ...{ SecretSubType: 'DoubleUsers', DBClusterId: 'pc-test', DBType: 'MySQL', AccountName: 'polar' },
      CustomData: custom({ AdminSecret: 'manager', Engine: undefined }),
    })
    const secretName = 'db/polar'
    await client.createSecret({
      ...{ secretName, versionId: 'v1', secretType: 'PolarDB', secretData: '$Auto' },
      extendedConfig,
    })
    for (const name of ['polar', 'polar_clone', 'polar']) {
      const { AccountName, AccountPassword } = await accountIn(secretName)
      assert.equal(AccountName, name)
      await (await logIn(AccountName, AccountPassword)).end()
      await client.rotateSecret({ secretName, versionId: `after-${AccountPassword.slice(0, 8)}` })
    }
  })

  test('names of accounts are never part of a statement', async () => {
    for (const [index, evil] of [
      'e`@`%`; drop user admin; --',
      `e'@'%'; drop user --`,
      'e\\',
      'TO `e`@`%`',
    ].entries()) {
      const quoted = `\`${evil.replaceAll('`', '``')}\``
      const clone = `evil_clone_${index}`
      await manager.query(`create user ${quoted}@'%' identified by 'p'`)
      await manager.query(`grant select, insert on app.* to ${quoted}@'%'`)
      await client.createSecret({
        ...{ secretName: `db/evil-${index}`, versionId: 'v1', secretType: 'Rds' },
        secretData: JSON.stringify({ Accounts: [{ AccountName: evil, AccountPassword: 'p' }] }),
        extendedConfig: JSON.stringify({
          ...{ SecretSubType: 'DoubleUsers', DBInstanceId: 'rm', CloneAccountName: clone },
          CustomData: custom(withAdmin),
        }),
      })
      for (const versionId of ['v2', 'v3']) {
        await client.rotateSecret({ secretName: `db/evil-${index}`, versionId })
        const { AccountName, AccountPassword } = await accountIn(`db/evil-${index}`)
        assert.equal(AccountName, versionId === 'v2' ? clone : evil)
        await work(AccountName, AccountPassword)
      }
    }
    await (await logIn('admin', 'of-the-admin')).end()
  })

  async function refused(secretName: string, message: RegExp): Promise<void> {
    const { secretData } = await client.getSecretValue({ secretName })
    const rotated = client.rotateSecret({ secretName, versionId: 'refused' })
    await assert.rejects(rotated, { code: 'Rejected.Unavailable', message })
    assert.equal((await client.getSecretValue({ secretName })).secretData, secretData)
  }

  describe('a rotation that cannot be done says why, and the secret is what it was', () => {
    test('because somebody has changed the password of the administrator by hand', async () => {
      await client.createSecret({
        ...{ secretName: 'former', versionId: 'v1', secretData: '{"username":"admin","password":"former"}' },
      })
      await refused(await account('changed', 'SingleUser', { AdminSecret: 'former' }), /Access denied for user 'admin'/)
    })

    test('because the database is not one that the operator has named', async () => {
      const secretName = await account('elsewhere', 'SingleUser', { ...withAdmin, Endpoint: '127.0.0.2' })
      await refused(secretName, /rotationHosts does not name 127\.0\.0\.2/)
    })

    test('because nobody may make the second account', async () => {
      await refused(await account('alone', 'DoubleUsers'), /AdminSecret is needed to make alone_clone/)
    })

    test('because the administrator may not grant what the first account has', async () => {
      const secretName = await account('mighty', 'DoubleUsers', withAdmin)
      await manager.query(`grant drop on app.* to mighty@'%'`)
      await refused(secretName, /Access denied for user 'admin'/)
    })

    test('because there is no such account', async () => {
      await createSecret('nobody', 'SingleUser', withAdmin)
      await refused('db/nobody', /There is no account nobody\./)
    })

    test('because the certificate would have to name an address', async () => {
      const secretName = await account('address', 'SingleUser', { ...withAdmin, Tls: undefined })
      await refused(secretName, /Endpoint is a name/)
    })

    test('because the database offers no TLS, or shows a certificate of nobody known', async () => {
      const secretName = await account('open', 'SingleUser', { ...withAdmin, Tls: undefined, Endpoint: 'localhost' })
      await refused(secretName, kind === 'MariaDB' ? /does not support secure connection/i : /certificate/)
    })

    test('because the account proves itself otherwise', { skip: kind === 'MySQL' && 'it has no sockets' }, async () => {
      await manager.query(`create user socket@'%' identified via unix_socket`)
      await createSecret('socket', 'SingleUser', withAdmin)
      await refused('db/socket', /The account proves itself by unix_socket\./)
    })
  })
}
