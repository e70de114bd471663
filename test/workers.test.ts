import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request as plainRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { connect } from 'node:tls'
import type { Worker } from 'node:worker_threads'
import { DeleteClientKey } from '../src/api/application-access.ts'
import { Encrypt, GenerateRandom } from '../src/api/instance.ts'
import { keyhavenApi } from '../src/api/operation.ts'
import { deleteClientKey } from '../src/core/application-access/delete-client-key.ts'
import { encryptionCounts } from '../src/core/cryptography/encryption-counts.ts'
import { randomBytes } from '../src/crypto/random.ts'
import type { HttpRequest } from '../src/gateway/http.ts'
import { queryAudit } from '../src/server/audit/query.ts'
import { verifyAudit } from '../src/server/audit/verify.ts'
import { type Config, configSchema } from '../src/server/config/schema.ts'
import { serverMemory } from '../src/server/front/memory.ts'
import { createAuthority, createServerCertificate } from '../src/server/tls/authority.ts'
import { requireFree } from '../src/server/workers/free-ports.ts'
import { Workers } from '../src/server/workers/workers.ts'
import { encodeMessage } from '../src/wire/protobuf.ts'
import type { SigningCredentials } from '../src/wire/rpc-signature.ts'
import { temporaryFolder } from './kit/audit.ts'
import { actor } from './kit/calls.ts'
import { instanceRequest, newApplication } from './kit/instance.ts'
import { acs3Request, v1Request } from './kit/openapi.ts'
import { startKeyhaven } from './kit/process.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

interface Reply {
  readonly status: number
  readonly body: string
}

/** One connection, which one worker has accepted and answers. */
class Connection {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #endpoint: string

  constructor(endpoint: string) {
    this.#endpoint = endpoint
  }

  send(request: HttpRequest): Promise<Reply> {
    return this.begin(request)()
  }

  /** Sends a request but for the end of its body. @returns what sends the rest */
  begin({ method, target, headers, body }: HttpRequest): () => Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const sent = Object.fromEntries([...headers].map(([name, values]) => [name, values.join()]))
    const options = { method, path: target, agent: this.#agent, headers: sent }
    const request = plainRequest(this.#endpoint, options, resolve).on('error', reject)
    request.flushHeaders()
    return async () => {
      request.end(body)
      const answer = await promise
      const chunks = await answer.toArray()
      return { status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }
    }
  }

  async get(path: string): Promise<string> {
    const { body } = await this.send({ ...bare, target: path })
    return body
  }

  close(): void {
    this.#agent.destroy()
  }
}

const bare: HttpRequest = {
  ...{ method: 'GET', target: '/', headers: new Map(), body: new Uint8Array() },
  ...{ sourceAddress: '', secureTransport: false },
}

/** Finished requests of each worker. */
async function countsOf(connection: Connection): Promise<Map<string, number>> {
  const page = await connection.get('/metrics')
  const lines = page.matchAll(/^keyhaven_worker_requests_total\{worker="(\d+)"\} (\d+)$/gm)
  return new Map([...lines].map(([, worker = '', count]) => [worker, Number(count)]))
}

/** A connection to each of two workers; the system gives out connections by their ports. */
async function connectionToEach(server: TestServer): Promise<[Connection, Connection]> {
  const found = new Map<string, Connection>()
  const observer = new Connection(server.httpEndpoint)
  while (found.size < 2) {
    const connection = new Connection(server.httpEndpoint)
    const before = await countsOf(observer)
    await connection.send(signed(server, 'ListKeys'))
    const after = await countsOf(observer)
    const worker = [...after].find(([name, count]) => count > (before.get(name) ?? 0))?.[0]
    if (worker === undefined || found.has(worker)) connection.close()
    else found.set(worker, connection)
  }
  observer.close()
  return [...found.values()] as [Connection, Connection]
}

interface Setup {
  readonly server: TestServer
  /** of each worker one */
  readonly connections: [Connection, Connection]
}

async function setUp(config: Partial<Config> = {}): Promise<Setup> {
  const server = await startTestServer({ config: { workers: 2, ...config } })
  try {
    await server.service.startMetrics()
    return { server, connections: await connectionToEach(server) }
  } catch (error) {
    await server.close()
    throw error
  }
}

async function tearDown({ server, connections }: Setup): Promise<void> {
  for (const connection of connections) connection.close()
  await server.close()
}

const signed = (
  as: SigningCredentials,
  action: string,
  parameters: Record<string, string> = {},
  version = '2016-01-20',
): HttpRequest => acs3Request(as, action, parameters, { date: new Date(), version, host: '127.0.0.1' })

async function succeed(connection: Connection, request: HttpRequest) {
  const { status, body } = await connection.send(request)
  assert.equal(status, 200, body)
  return JSON.parse(body)
}

const codeOf = async (answer: Promise<{ body: string }>): Promise<string> => JSON.parse((await answer).body).Code

describe('two workers', () => {
  let setup: Setup
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-'))
  const [tlsCert, tlsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  before(async () => {
    await install('first.example.com')
    setup = await setUp({ throttle: 'service', auditCheckpointRecords: 20, tlsCert, tlsKey })
  })
  after(async () => {
    await tearDown(setup)
    rmSync(folder, { recursive: true, force: true })
  })

  const install = async (name: string): Promise<void> => {
    const authority = await createAuthority('Test CA', [name], new Date())
    const made = await createServerCertificate(authority, [name], new Date())
    writeFileSync(tlsCert, made.certificate)
    writeFileSync(tlsKey, made.privateKey)
  }

  const newKey = async (connection: Connection): Promise<string> => {
    const { KeyMetadata } = await succeed(connection, signed(setup.server, 'CreateKey', { KeySpec: 'Aliyun_AES_256' }))
    return KeyMetadata.KeyId
  }
  const newUser = async (name: string): Promise<SigningCredentials> => {
    const { server, connections } = setup
    const ram = (action: string, parameters: Record<string, string>) =>
      succeed(connections[0], signed(server, action, parameters, '2015-05-01'))
    await ram('CreateUser', { UserName: name })
    await ram('AttachPolicyToUser', { PolicyType: 'System', PolicyName: 'AliyunKMSFullAccess', UserName: name })
    const { AccessKey } = await ram('CreateAccessKey', { UserName: name })
    return { accessKeyId: AccessKey.AccessKeyId, accessKeySecret: AccessKey.AccessKeySecret }
  }

  test('both answer, and either speaks for the server', async () => {
    const [one, other] = setup.connections
    for (const connection of [one, other]) {
      assert.equal(JSON.parse(await connection.get('/readyz')).status, 'ok')
      await succeed(connection, signed(setup.server, 'ListKeys'))
    }
    assert.deepEqual([...(await countsOf(one)).keys()].sort(), ['1', '2'])
    const page = await other.get('/metrics')
    const finished =
      /^keyhaven_requests_total\{gateway="openapi",action="ListKeys",code="Success",scheme="ACS3"\} (\d+)$/m
    const counted = [...(await countsOf(one)).values()].reduce((sum, count) => sum + count, 0)
    assert.equal(Number(finished.exec(page)?.[1]), counted)
    assert.match(page, /^keyhaven_active_requests 1$/m)
  })

  test('a call that one has seen is refused by the other, also when both get it at once', async () => {
    const [one, other] = setup.connections
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const) {
      const create = signed(setup.server, 'CreateKey')
      await succeed(first, create)
      assert.equal(await codeOf(second.send(create)), 'SignatureNonceUsed')
    }
    for (let round = 0; round < 20; round++) {
      const read = v1Request(setup.server, 'ListKeys', {}, { date: new Date(), host: '127.0.0.1' })
      const statuses = await Promise.all([one, other].map(async (each) => (await each.send(read)).status))
      assert.deepEqual(statuses.sort(), [200, 400])
    }
  })

  test('what one calls too often is too often for the other, and failures count together', async () => {
    const { server, connections } = setup
    const started = performance.now()
    let admitted = 0
    for (let call = 0; call < 12; call++) {
      const rare = signed(server, 'DescribeAccountKmsStatus')
      if ((await connections[call % 2]?.send(rare))?.status === 200) admitted++
    }
    assert.ok(admitted <= 1 + (performance.now() - started) / 1000, `one a second, not ${admitted}`)

    const guess = () => signed({ ...server, accessKeySecret: 'wrong' }, 'ListKeys')
    for (let call = 0; call < 10; call++)
      assert.equal(await codeOf(connections[0].send(guess())), 'SignatureDoesNotMatch')
    // ten are free; the delay after the tenth doubles with each that comes late enough
    const codes = new Set<string>()
    for (let call = 0; call < 6; call++) codes.add(await codeOf(connections[1].send(guess())))
    assert.ok(codes.has('Rejected.Throttling'), [...codes].join())
  })

  test('what one disables the other refuses at once: keys, AccessKeys, ClientKeys', async () => {
    const { server, connections } = setup
    const [one, other] = connections
    const KeyId = await newKey(one)
    const encrypt = (as: SigningCredentials = server) => signed(as, 'Encrypt', { KeyId, Plaintext: 'YQ==' })
    for (const connection of connections) await succeed(connection, encrypt())
    for (let round = 0; round < 10; round++) {
      await succeed(one, signed(server, 'DisableKey', { KeyId }))
      assert.equal(await codeOf(other.send(encrypt())), 'Rejected.Disabled')
      await succeed(other, signed(server, 'EnableKey', { KeyId }))
      await succeed(one, encrypt())
    }

    const user = await newUser('revoked')
    for (const connection of connections) await succeed(connection, encrypt(user))
    const inactive = { UserName: 'revoked', UserAccessKeyId: user.accessKeyId, Status: 'Inactive' }
    await succeed(one, signed(server, 'UpdateAccessKey', inactive, '2015-05-01'))
    assert.equal(await codeOf(other.send(encrypt(user))), 'InvalidAccessKeyId.Inactive')

    const application = await newApplication(server.kms)
    const random = () =>
      instanceRequest(server.kms, application, 'GenerateRandom', encodeMessage(GenerateRandom.request, { length: 8 }))
    for (const connection of connections) assert.equal((await connection.send(random())).status, 200)
    const inInstance = await succeed(one, signed(server, 'CreateKey', { DKMSInstanceId: application.instanceId }))
    const message = encodeMessage(Encrypt.request, { keyId: inInstance.KeyMetadata.KeyId, plaintext: Buffer.from('a') })
    for (const connection of connections) {
      const { status } = await connection.send(instanceRequest(server.kms, application, 'Encrypt', message))
      assert.equal(status, 200, 'a call that uses something')
    }
    const { clientKeyId } = application
    await actor(server.kms)(DeleteClientKey, deleteClientKey, { clientKeyId })
    for (const connection of connections) assert.notEqual((await connection.send(random())).status, 200)
  })

  test('encryptions are counted in blocks of their own, and a use and its caller are known to both', async () => {
    const { server, connections } = setup
    const [one, other] = connections
    const KeyId = await newKey(one)
    const lastUsage = () => signed(server, 'GetKeyLastUsage', { KeyId }, keyhavenApi.version)
    const unused = await Promise.all(connections.map((connection) => succeed(connection, lastUsage())))
    assert.equal(unused[0].TrackingStartDate, unused[1].TrackingStartDate)
    const encrypt = () => signed(server, 'Encrypt', { KeyId, Plaintext: 'YQ==' })
    const { KeyVersionId } = await succeed(one, encrypt())
    await succeed(other, encrypt())
    const counted = await server.kms.records.get(encryptionCounts, KeyVersionId)
    assert.equal(counted?.body.reserved, 2 * 65_536)
    for (const connection of connections) {
      const { LastUsedOperation } = await succeed(connection, lastUsage())
      assert.equal(LastUsedOperation, 'Encrypt')
      const history = signed(server, 'GetMetricsHistory', { KeyId, PeriodSeconds: '3600' }, keyhavenApi.version)
      const { Callers } = await succeed(connection, history)
      assert.deepEqual(
        Callers.map(({ Requests }: { Requests: number }) => Requests),
        [2],
      )
    }
  })

  test('sealing stops both, and unsealing lets both go on', async () => {
    const { server, connections } = setup
    await server.service.seal()
    for (const connection of connections) {
      assert.equal(await codeOf(connection.send(signed(server, 'ListKeys'))), 'ServiceUnavailableTemporary')
      assert.equal(JSON.parse(await connection.get('/readyz')).status, 'sealed')
    }
    await server.unseal()
    for (const connection of connections) await succeed(connection, signed(server, 'ListKeys'))
    await server.service.doDueWork()
    assert.deepEqual(server.problems, [])
  })

  test('a new certificate is shown by both', async () => {
    const { server } = setup
    const names = async () => new Set(await Promise.all(Array.from({ length: 12 }, () => nameShown(server))))
    assert.deepEqual(await names(), new Set(['DNS:first.example.com']))
    await install('second.example.com')
    await server.service.reload()
    assert.deepEqual(await names(), new Set(['DNS:second.example.com']))
  })

  test('no other program comes to share their ports', async () => {
    const https = setup.server.endpoint.replace('https://localhost', '127.0.0.1')
    await assert.rejects(requireFree({ https }), /^ConfigError: port \d+ on 127\.0\.0\.1 is in use by another program/)
  })

  test('at the end the calls under way are finished, and the audit log holds all in one chain', async () => {
    const { server, connections } = setup
    const observer = new Connection(server.httpEndpoint)
    const calls = connections.map((connection) => connection.begin(signed(server, 'CreateKey')))
    while (!/^keyhaven_active_requests 3$/m.test(await observer.get('/metrics')));
    const closed = server.service.close()
    observer.close()
    const answers = await Promise.all(calls.map((finish) => finish()))
    await closed
    const audit = join(server.data, 'audit')
    const { faults, records, signedRecords } = verifyAudit({
      folder: audit,
      publicKey: readFileSync(join(audit, 'audit.pub'), 'utf8'),
    })
    assert.deepEqual(faults, [])
    assert.equal(signedRecords, records)
    const kept = [...queryAudit(audit, {})]
    for (const { status, body } of answers) {
      assert.equal(status, 200, body)
      const { RequestId } = JSON.parse(body)
      const phases = kept.filter(({ requestId }) => requestId === RequestId).map(({ phase }) => phase)
      assert.deepEqual(phases, ['request', 'response'])
    }
  })
})

function nameShown(server: TestServer): Promise<string> {
  const { hostname: host, port } = new URL(server.endpoint)
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subjectaltname ?? '')
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

test('a start that fails before workers got the key waits for none of them to begin', async (t) => {
  const config = configSchema.parse({ data: temporaryFolder(t) })
  const losses: string[] = []
  const workers = new Workers({
    ...{ count: 2, log: { write: () => {} }, lost: () => losses.push('lost') },
    data: {
      ...{ config, accountId: '1', loopbackHttp: true, servedUntil: undefined, lastUsesBegan: 0 },
      memory: serverMemory(randomBytes),
    },
    duties: {} as never,
  })
  // no thread has begun within a turn
  assert.equal(await Promise.race([workers.seal().then(() => 'sealed'), nextTurn('waiting')]), 'sealed')
  await workers.close(0)
  assert.deepEqual(losses, [])
})

test('with a worker that ends by itself the server ends in order, and says so', async (t) => {
  const data = temporaryFolder(t)
  const threads: Worker[] = []
  const note = (thread: Worker): void => void threads.push(thread)
  process.on('worker', note)
  t.after(() => process.off('worker', note))
  const server = await startKeyhaven(['server', '--dev', '--data', data, '--workers', '2', '--shutdown-seconds', '1'])
  const { httpEndpoint, ...credentials } = JSON.parse(readFileSync(join(data, 'client.json'), 'utf8'))
  const connection = new Connection(httpEndpoint)
  const { KeyMetadata } = await succeed(connection, signed(credentials, 'CreateKey'))
  connection.close()
  await threads.find(({ threadName }) => threadName === 'worker 2')?.terminate()
  const { status, stderr } = await server.ended
  assert.equal(status, 1)
  assert.match(stderr, /"worker":2.*a worker has ended, and the server ends with it/)

  const audit = join(data, 'audit')
  assert.deepEqual(verifyAudit({ folder: audit, publicKey: readFileSync(join(audit, 'audit.pub'), 'utf8') }).faults, [])
  const database = new DatabaseSync(join(data, 'keyhaven.db'), { readOnly: true })
  const { count } = database.prepare('select count(*) as count from records where id = ?').get(KeyMetadata.KeyId) ?? {}
  database.close()
  assert.equal(count, 1, 'what was acknowledged is there')
})
