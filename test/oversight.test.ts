import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Client } from '../src/sdk/client.ts'
import { ServiceError } from '../src/sdk/errors.ts'
import { RamClient } from '../src/sdk/ram-client.ts'
import { segmentsAmong } from '../src/server/audit/folder.ts'
import { queryAudit } from '../src/server/audit/query.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let server: TestServer
let client: Client
const keyIds: string[] = []
let aheadMs = 0
before(async () => {
  server = await startTestServer({ config: { auditSegmentBytes: 65_536 }, now: () => new Date(Date.now() + aheadMs) })
  client = new Client(server)
  for (let count = 0; count < 3; count++) keyIds.push((await client.createKey()).keyMetadata.keyId)
  const encrypt = (count: number) => client.encrypt({ keyId: keyIds[count % 3] ?? '', plaintext: 'canary-plaintext' })
  // Ten at a time: each waits for one sync of the audit log with nine others.
  for (let round = 0; round < 20; round++)
    await Promise.all(Array.from({ length: 10 }, (_, count) => encrypt(round * 10 + count)))
  await assert.rejects(client.describeKey({ keyId: 'no-such-key' }))
})
after(async () => {
  await client.close()
  await server.close()
})

/** All pages. */
async function pages(query: Parameters<Client['queryAuditRecords']>[0]) {
  const found = []
  for (let nextToken: string | undefined; ; ) {
    const page = await client.queryAuditRecords({ ...query, ...(nextToken === undefined ? {} : { nextToken }) })
    found.push(...page.auditRecords)
    nextToken = page.nextToken
    if (nextToken === undefined) return found
  }
}

test('records are found newest first, over all segments, page by page', async () => {
  const folder = join(server.data, 'audit')
  assert.ok(segmentsAmong(readdirSync(folder)).length > 1)
  const written = [...queryAudit(folder, { action: 'Encrypt', key: keyIds[0] })]
  const found = await pages({ operation: 'Encrypt', resource: keyIds[0] ?? '', maxResults: 7 })
  assert.deepEqual(
    found.map(({ seq }) => seq),
    written.map(({ seq }) => seq).reverse(),
  )
  const [newest] = found
  assert.equal(newest?.code, 'Success')
  assert.ok(Number(newest?.latencyMicroseconds) > 0)
})

test('by caller, code, request, time and any text', async () => {
  const [refused] = await pages({ code: 'Forbidden.KeyNotFound' })
  assert.equal(refused?.action, 'DescribeKey')
  const byRequest = await pages({ requestId: refused?.requestId ?? '' })
  assert.deepEqual(byRequest, [refused])
  assert.ok((await pages({ text: 'CREATEKEY', maxResults: 100 })).length >= 6)
  assert.ok((await pages({ caller: server.accessKeyId, operation: 'CreateKey' })).length === 6)
  assert.deepEqual(await pages({ caller: 'user/nobody' }), [])
  const { time = '' } = (await pages({ operation: 'CreateKey' })).at(-1) ?? {}
  const before = new Date(Date.parse(time) - 1).toISOString()
  assert.ok((await pages({ endTime: before })).every((record) => record.time <= before))
  assert.ok((await pages({ startTime: time, endTime: time })).every((record) => record.time === time))
  for (const wrong of [{ startTime: 'yesterday' }, { nextToken: '../../etc' }]) {
    const refusal = client.queryAuditRecords(wrong)
    await assert.rejects(refusal, (error) => error instanceof ServiceError && error.code === 'InvalidParameter')
  }
})

test('calls are counted, by key too', async () => {
  const { points, keys, operations } = await client.getMetricsHistory()
  assert.ok(points.reduce((sum, { requests }) => sum + requests, 0) >= 204)
  assert.ok(Number(keys.find(({ keyId }) => keyId === keyIds[0])?.requests) >= 67)
  assert.equal(operations[0]?.name, 'Encrypt')
  await client.createAlias({ keyId: keyIds[0] ?? '', aliasName: 'alias/counted' })
  await using ram = new RamClient(server)
  await ram.createUser({ userName: 'stranger' })
  const { accessKey } = await ram.createAccessKey({ userName: 'stranger' })
  await using stranger = new Client({ ...server, ...accessKey })
  await assert.rejects(stranger.encrypt({ keyId: keyIds[0] ?? '', plaintext: 'x' }))
  const { callers } = await client.getMetricsHistory({ keyId: 'alias/counted', periodSeconds: 3600 })
  assert.deepEqual(
    callers.map(({ caller, requests, refused }) => [caller, requests, refused]),
    [
      [`acs:ram::${server.accountId}:root`, 67, 0],
      [`acs:ram::${server.accountId}:user/stranger`, 1, 1],
    ],
  )
})

test('the status names what is in force, and nothing secret', async () => {
  const status = await client.getServiceStatus()
  assert.deepEqual([status.mode, status.store.engine, status.store.healthy], ['development', 'sqlite', true])
  assert.deepEqual([status.audit.healthy, status.clock.trusted], [true, true])
  const segment = status.settings.find(({ name }) => name === 'auditSegmentBytes')
  assert.deepEqual([segment?.value, segment?.isDefault], ['65536', false])
  assert.ok(!JSON.stringify(status).includes(server.accessKeySecret))
})

/** Asks until the verification has ended. */
async function verified() {
  for (;;) {
    const found = await client.verifyAudit()
    if (found.state === 'Finished') return found
  }
}

test('the log is verified beside the calls, and what was changed is found', async () => {
  const found = await verified()
  assert.deepEqual([found.verdict, found.problems], ['Intact', []])
  assert.ok(found.lastRecord > 200 && Buffer.from(found.rootHash ?? '', 'base64').length === 32)

  const first = join(server.data, 'audit', segmentsAmong(readdirSync(join(server.data, 'audit')))[0] ?? '')
  const text = readFileSync(first, 'utf8')
  writeFileSync(first, text.replace('"action":"Encrypt"', '"action":"Decrypt"'))
  assert.equal((await client.verifyAudit()).verdict, 'Intact', 'a moment ago')
  aheadMs = 61_000
  const changed = await verified()
  assert.equal(changed.verdict, 'Damaged')
  assert.match(changed.problems[0] ?? '', /was changed: its hash does not fit/)
})

test('who has no right to it sees no record', async () => {
  await using ram = new RamClient(server)
  await ram.createUser({ userName: 'alice' })
  const { accessKey } = await ram.createAccessKey({ userName: 'alice' })
  await using alice = new Client({ ...server, ...accessKey })
  for (const call of ['queryAuditRecords', 'verifyAudit', 'getServiceStatus'] as const)
    await assert.rejects(alice[call](), (error) => error instanceof ServiceError && error.status === 403, call)
})
