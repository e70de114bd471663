import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Client } from '../src/sdk/client.ts'
import { segmentsAmong } from '../src/server/audit/folder.ts'
import { configSchema } from '../src/server/config/schema.ts'
import { openLog } from '../src/server/log.ts'
import { configuredReceivers, takeAuditToken } from '../src/server/shipping/configured-receivers.ts'
import { temporaryFolder } from './kit/audit.ts'
import { startDatagramReceiver, startHttpsReceiver } from './kit/audit-receivers.ts'
import { issuerTls } from './kit/issuer.ts'
import { runKeyhaven } from './kit/process.ts'
import { startTestServer } from './kit/server.ts'

const token = 'tok.en-0123456789abcdef'

function fileOf(t: TestContext, name: string, text: string, mode = 0o600): string {
  const path = join(temporaryFolder(t), name)
  writeFileSync(path, text, { mode })
  return path
}

test('a server sends its log to both, and removes files here once they are there', async (t) => {
  const tls = await issuerTls()
  const [https, syslog] = [await startHttpsReceiver(t, tls), await startDatagramReceiver(t)]
  https.behaviour.push(500)
  const logged: string[] = []
  const server = await startTestServer({
    config: {
      ...{ auditHttps: https.url, auditHttpsTokenFile: fileOf(t, 'token', `${token}\n`) },
      ...{ auditSyslog: `udp://127.0.0.1:${syslog.port}`, auditShippingCaFile: fileOf(t, 'ca.pem', tls.ca) },
      // the log is the main thread's, whoever answers calls
      workers: process.platform === 'linux' ? 2 : 1,
      ...{ auditSegmentBytes: 65_536, auditCheckpointRecords: 1, auditKeepBytes: 0, auditHandOver: 'shipped' },
    },
    log: openLog(
      'json',
      'info',
      () => new Date(),
      (line) => void logged.push(line),
    ),
  })
  t.after(() => server.close())
  const client = new Client(server)
  for (let round = 0; round < 2; round++) await Promise.all(Array.from({ length: 100 }, () => client.describeRegions()))
  const { audit } = server.service
  const lacking = () => server.service.status().auditShippingLag
  while (lacking() !== 'https 0, syslog 0') await new Promise((resolve) => setTimeout(resolve, 10))
  const segments = () => segmentsAmong(readdirSync(join(server.data, 'audit')))
  // a checkpoint of what is closed may be under way, or the look that the server takes by itself
  const isHandedOver = () => segments().length === 1 && audit.handOver?.last !== undefined
  for (await audit.handOver?.look(); !isHandedOver(); await audit.handOver?.look()) await client.describeRegions()
  assert.equal(audit.handOver?.last?.to, https.url)
  assert.deepEqual((await runKeyhaven(['audit', 'verify', '--data', server.data])).status, 0)
  const { receivers } = (await client.getServiceStatus()).audit
  assert.deepEqual(
    receivers.map(({ name, problem }) => [name, problem]),
    [
      ['https', undefined],
      ['syslog', undefined],
    ],
  )
  await server.service.startMetrics()
  const page = await (await fetch(`${server.httpEndpoint}/metrics`)).text()
  assert.match(page, /^keyhaven_audit_shipping_lag_records\{receiver="syslog"\} \d+$/m)
  assert.match(page, /^keyhaven_audit_shipping_failures_total\{receiver="https"\} 1$/m)
  await client.close()
  const { size } = audit
  await server.service.close()
  // its very last record, that it was closed, is sent before it ends
  assert.equal(https.numbers.at(-1), size + 1)
  assert.deepEqual([...https.numbers], [...new Set(https.numbers)])
  assert.match(logged.join(''), /it answered 500.*the audit log cannot be sent \(https\)/)
  assert.ok(![...logged, JSON.stringify(receivers), page].join('').includes(token))
})

test('what a receiver is reached by is checked, and the token is a secret', async (t) => {
  const receivers = (settings: Record<string, unknown>, given?: string) =>
    configuredReceivers(configSchema.parse(settings), given)
  const auditHttps = 'https://receiver.example/audit'
  for (const wrong of ['http://receiver.example', 'https://user:word@receiver.example', 'receiver.example'])
    assert.throws(() => configSchema.parse({ auditHttps: wrong }), /is not the URL of an HTTPS server/)
  for (const wrong of ['syslog.example', 'tls://syslog.example:99999', 'file:///dev/log', 'tls://a:514/b'])
    assert.throws(() => configSchema.parse({ auditSyslog: wrong }), /auditSyslog/)
  const open = fileOf(t, 'token', token, 0o644)
  await assert.rejects(receivers({ auditHttps, auditHttpsTokenFile: open }), {
    name: 'ConfigError',
    message: /^auditHttpsTokenFile: The token file .* (?:readable|private|permissions)/,
  })
  await assert.rejects(receivers({ auditHttps }, 'no token'), { message: /^KEYHAVEN_AUDIT_HTTPS_TOKEN: is no bearer/ })
  await assert.rejects(receivers({ auditHttps, auditShippingCaFile: '/none' }), {
    message: /^auditShippingCaFile: \/none/,
  })
  await assert.rejects(startTestServer({ config: { auditKeepDays: 1, auditHandOver: 'shipped' } }), {
    message: 'auditHandOver: shipped needs auditHttps, which confirms records',
  })
  const environment = { KEYHAVEN_AUDIT_HTTPS_TOKEN: token }
  assert.equal(takeAuditToken(environment), token)
  assert.deepEqual(environment, {})
  assert.deepEqual(
    (await receivers({ auditHttps, auditSyslog: 'tls://[::1]' }, token)).map(({ name }) => name),
    ['https', 'syslog'],
  )
})
