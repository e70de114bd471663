/**
 * A database password rotated without downtime: an application works on, while its password is changed again and again.
 *
 * Needs, beside what `examples/settings.ts` tells, a PostgreSQL that the server may change (its setting rotationHosts),
 * and DATABASE_URL with somebody who may create roles there.
 */
import pg from 'pg'
import { Client, SecretCache } from '../../src/sdk/index.ts'
import { example } from '../example.ts'
import { publicGateway } from '../settings.ts'

await example(async () => {
  const admin = new URL(process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres')
  const client = new Client(publicGateway())
  const manager = new pg.Client({ connectionString: String(admin) })
  const [secretName, adminName, account] = ['example/db', 'example/db-admin', 'example_app']

  /** What the application does all day: each time it logs in anew. */
  async function work(user: string, password: string): Promise<void> {
    const { hostname: host, port, pathname } = admin
    const connection = new pg.Client({ host, port: Number(port), database: pathname.slice(1), user, password })
    await connection.connect()
    await connection.query('select 1').finally(() => connection.end())
  }

  await manager.connect()
  try {
    await manager.query(`create role ${account} login password 'of-the-first-day'`)
    const administrator = { username: decodeURIComponent(admin.username), password: decodeURIComponent(admin.password) }
    await client.createSecret({ secretName: adminName, versionId: 'v1', secretData: JSON.stringify(administrator) })
    await client.createSecret({
      ...{ secretName, versionId: 'v1', secretType: 'Rds' },
      secretData: JSON.stringify({ Accounts: [{ AccountName: account, AccountPassword: 'of-the-first-day' }] }),
      extendedConfig: JSON.stringify({
        // Two accounts take turns: the one in use is never changed.
        ...{ SecretSubType: 'DoubleUsers', DBInstanceId: 'example' },
        CustomData: {
          ...{ Engine: 'PostgreSQL', Endpoint: admin.hostname, Port: admin.port, DBName: admin.pathname.slice(1) },
          ...{ AdminSecret: adminName, Tls: 'off' },
        },
      }),
    })

    using secrets = new SecretCache(client)
    const seen = new Set<string>()
    let [logins, failures] = [0, 0]
    const application = async (): Promise<void> => {
      await secrets.withSecret(secretName, async (secret) => {
        seen.add(secret.member('AccountName'))
        await work(secret.member('AccountName'), secret.member('AccountPassword'))
      })
    }
    for (let rotation = 1; rotation <= 5; rotation++) {
      const rotated = client.rotateSecret({ secretName, versionId: `r${rotation}` })
      for (let login = 0; login < 10; login++) {
        logins++
        await application().catch(() => failures++)
      }
      await rotated
      // As in an application whose time to live is over; others notice when a password is no longer accepted.
      await secrets.refresh(secretName)
    }
    console.log(`${logins} logins while the password was rotated 5 times, ${failures} failed`)
    console.log([...seen].sort().join(' and '))
  } finally {
    for (const name of [secretName, adminName])
      await client.deleteSecret({ secretName: name, forceDeleteWithoutRecovery: true }).catch(() => {})
    for (const name of [`${account}_clone`, account]) await manager.query(`drop role if exists ${name}`)
    await manager.end()
    await client.close()
  }
})
