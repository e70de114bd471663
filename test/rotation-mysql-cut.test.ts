import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { type Connection, createConnection } from 'mysql2/promise'
import * as api from '../src/api/secrets.ts'
import type { Kms } from '../src/core/kms.ts'
import { runDueWork } from '../src/core/schedule/schedule.ts'
import { createSecret } from '../src/core/secrets/create-secret.ts'
import { getSecretValue } from '../src/core/secrets/get-secret-value.ts'
import { rotateSecret } from '../src/core/secrets/rotate-secret.ts'
import { createAuthority, createServerCertificate, type Identity } from '../src/server/tls/authority.ts'
import { findTarget } from '../src/targets/find-target.ts'
import { actor } from './kit/calls.ts'
import { testKms } from './kit/kms.ts'
import { type MysqlKind, type MysqlServer, type MysqlTls, mysqlProgram, startMysql } from './kit/mysql.ts'

for (const kind of ['MariaDB', 'MySQL'] as const)
  describe(`connections to ${kind}`, { skip: mysqlProgram(kind) === undefined && `no ${kind} on PATH` }, () =>
    cut(kind),
  )

function cut(kind: MysqlKind): void {
  let mysql: MysqlServer
  let manager: Connection
  let authority: Identity
  let ca: string
  let otherCa: string
  before(async () => {
    authority = await createAuthority('the test', ['localhost', 'db.internal'], new Date())
    ca = authority.certificate
    otherCa = (await createAuthority('another', ['localhost'], new Date())).certificate
    mysql = await startMysql(kind, await certified(['localhost']))
    manager = await logIn('manager', mysql.managerPassword)
    await manager.query('create database app')
    await manager.query('create table app.work (done int)')
  })
  after(async () => {
    await manager.end()
    await mysql.stop()
  })

  const certified = async (names: readonly string[]): Promise<MysqlTls> => ({
    ...{ ca, identity: await createServerCertificate(authority, names, new Date()) },
  })
  const logIn = (user: string, password: string): Promise<Connection> =>
    createConnection({ host: '127.0.0.1', port: mysql.port, user, password, disableEval: true })

  /** A secret for a new account, in a deployment that trusts one authority. */
  async function secretFor(name: string, custom: object, trusted?: string) {
    const { kms: plain, advance } = await testKms()
    const { randomBytes, now } = plain
    const hooks = new Map()
    const kms: Kms = {
      ...plain,
      rotationTarget: findTarget({
        allowedHosts: ['127.0.0.1:*', 'localhost:*'],
        hooks,
        randomBytes,
        now,
        ca: trusted,
      }),
    }
    const run = actor(kms)
    await manager.query(`create user ${name}@'%' identified by 'first'`)
    await manager.query(`grant select, insert on app.* to ${name}@'%'`)
    const admin = JSON.stringify({ username: 'manager', password: mysql.managerPassword })
    await run(api.CreateSecret, createSecret, { secretName: 'admin', versionId: 'v1', secretData: admin })
    await run(api.CreateSecret, createSecret, {
      ...{ secretName: 'db', versionId: 'v1', secretType: 'Rds' },
      secretData: JSON.stringify({ Accounts: [{ AccountName: name, AccountPassword: 'first' }] }),
      extendedConfig: JSON.stringify({
        ...{ SecretSubType: 'DoubleUsers', DBInstanceId: 'rm-test' },
        CustomData: { Engine: 'MySQL', AdminSecret: 'admin', Port: mysql.port, ...custom },
      }),
    })
    const rotate = (versionId: string) => run(api.RotateSecret, rotateSecret, { secretName: 'db', versionId })
    const account = async (): Promise<{ AccountName: string; AccountPassword: string }> =>
      JSON.parse((await run(api.GetSecretValue, getSecretValue, { secretName: 'db' })).secretData)
    return { kms, advance, rotate, account }
  }

  /** Logs in as the secret says, and does what the first account may do. */
  async function works({ AccountName, AccountPassword }: { AccountName: string; AccountPassword: string }) {
    const connection = await logIn(AccountName, AccountPassword)
    await connection.query('insert into app.work values (1)')
    await connection.end()
  }

  for (const when of ['before', 'after'] as const)
    test(`cut ${when === 'before' ? 'before the server hears of' : 'after it has carried out'} any one statement, the secret goes on with an account that may work`, async () => {
      const proxy = await startCuttingProxy(mysql.port)
      try {
        let cuts = 0
        for (let packets = 1, isWhole = false; !isWhole; packets++) {
          const name = `${when}_${packets}`
          const { kms, advance, rotate, account } = await secretFor(name, {
            Endpoint: '127.0.0.1',
            Port: proxy.port,
            Tls: 'off',
          })
          proxy.cutAfter(packets, when)
          isWhole = await rotate('v2').then(
            () => !proxy.hasCut(),
            () => false,
          )
          cuts += isWhole ? 0 : 1
          proxy.cutAfter(Number.POSITIVE_INFINITY, when)
          await works(await account())
          advance(3_600_000)
          await runDueWork(kms)
          await works(await account())
          await rotate('v3')
          await works(await account())
          assert.ok(packets < 100)
        }
        // Twice a login to ask, one to grant and set; each statement of these was the last one once.
        assert.ok(cuts > 12, `${cuts} cuts`)
      } finally {
        await proxy.close()
      }
    })

  test('show a certificate that is checked: who signed it, and for which name', async () => {
    const trusted = await secretFor('trusted', { Endpoint: 'localhost' }, ca)
    await trusted.rotate('v2')
    await works(await trusted.account())
    const stranger = await secretFor('stranger', { Endpoint: 'localhost' }, otherCa)
    await assert.rejects(stranger.rotate('v2'), { code: 'Rejected.Unavailable', message: /certificate/ })
    const elsewhere = await startMysql(kind, await certified(['db.internal']))
    try {
      const misled = await secretFor('misled', { Endpoint: 'localhost', Port: elsewhere.port }, ca)
      await assert.rejects(misled.rotate('v2'), { code: 'Rejected.Unavailable', message: /localhost.*db\.internal/ })
    } finally {
      await elsewhere.stop()
    }
  })
}

interface CuttingProxy {
  readonly port: number
  /** the packet of clients with this number is the last that is heard of; from then on nobody connects */
  cutAfter(packets: number, when: 'before' | 'after'): void
  hasCut(): boolean
  close(): Promise<void>
}

/** Stands before a server and ends all traffic before a client's packet, or when the server has carried it out. */
async function startCuttingProxy(port: number): Promise<CuttingProxy> {
  let [left, how, isCut] = [Number.POSITIVE_INFINITY, 'before', false]
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    }
    const end = () => {
      isCut = true
      for (const socket of [client, upstream]) socket.destroy()
    }
    if (isCut) end()
    client.on('close', () => upstream.end())
    upstream.on('close', () => client.destroy())
    upstream.on('data', (bytes) => (isCut ? end() : client.write(bytes)))
    client.on('data', (bytes) => {
      left--
      isCut ||= left <= 0
      if (isCut && how === 'before') end()
      else upstream.write(bytes)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cutAfter(packets, when) {
      left = packets
      how = when
      isCut = false
    },
    hasCut: () => isCut,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
