import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { auditFixture, auditRecord, testSeal } from '../../../test/kit/audit.ts'
import {
  type HttpsReceiver,
  startDatagramReceiver,
  startHttpsReceiver,
  startSyslogReceiver,
} from '../../../test/kit/audit-receivers.ts'
import { issuerTls } from '../../../test/kit/issuer.ts'
import type { FileAuditLog } from '../audit/log.ts'
import { httpsReceiver } from './https-receiver.ts'
import { receiptFile } from './receipt.ts'
import type { Receiver } from './receiver.ts'
import { positionFile, Shipper } from './shipper.ts'
import { syslogReceiver } from './syslog-receiver.ts'

const tls = await issuerTls()
const other = await issuerTls()
const token = 'tok.en-0123456789abcdef'

/** A log, and who ships it. */
async function shippedLog(t: TestContext) {
  const { path, folder, open } = await auditFixture(t)
  const log = await open({ segmentBytes: 4000 })
  t.after(() => log.close())
  const reports: string[] = []
  const shipping = (receiver: Receiver, timeoutMs = 5000): Shipper => {
    const shipper = new Shipper({
      ...{ receiver, folder, size: () => log.size, idleMs: 1, retryMs: 1, timeoutMs, random: () => 0.5 },
      report: {
        failed: (name, error) => reports.push(`${name} failed: ${error instanceof Error ? error.message : error}`),
        recovered: (name) => reports.push(`${name} recovered`),
      },
    })
    shipper.start()
    t.after(() => shipper.finish(0))
    return shipper
  }
  return { path, log, reports, shipping }
}

async function write(log: FileAuditLog, records: number): Promise<void> {
  await Promise.all(Array.from({ length: records }, () => log.append(auditRecord())))
}

/** Ends with the test, which has a time limit. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1))
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

const trusting = ({ url }: HttpsReceiver): Receiver => httpsReceiver({ url, token, ca: [tls.ca] })

test('every record is posted in order, as it stands in the log, with its numbers and the token', async (t) => {
  const { path, log, shipping } = await shippedLog(t)
  const receiver = await startHttpsReceiver(t, tls)
  await write(log, 40)
  const shipper = shipping(trusting(receiver))
  await until(() => shipper.lagRecords === 0)
  await write(log, 3)
  await until(() => shipper.shipped === 44)
  assert.deepEqual(receiver.numbers, upTo(44))
  const segments = ['00000001.log', '00000002.log'].map((name) => readFileSync(join(path, name), 'utf8')).join('')
  assert.ok(
    receiver.lines
      .map((line) => `${line}\n`)
      .join('')
      .startsWith(segments),
  )
  const [{ headers, first, last } = { headers: {}, first: 0, last: 0 }] = receiver.deliveries
  assert.equal(headers['keyhaven-audit-log'], 'keyhaven/test')
  assert.equal(headers['keyhaven-audit-records'], `${first}-${last}`)
  assert.equal(headers['content-type'], 'application/x-ndjson')
  assert.equal(headers.authorization, `Bearer ${token}`)
  assert.deepEqual([shipper.shipped, shipper.lagRecords, shipper.problem, shipper.failures], [44, 0, undefined, 0])
})

test('what fails is sent again until it is taken, whatever went wrong, and told once', async (t) => {
  const { log, reports, shipping } = await shippedLog(t)
  const receiver = await startHttpsReceiver(t, tls)
  receiver.behaviour.push(500, 'cut', 503, 302, 'hang', 401)
  await write(log, 10)
  const shipper = shipping(trusting(receiver), 1000)
  await until(() => shipper.lagRecords === 0)
  assert.deepEqual(receiver.numbers, upTo(11))
  assert.equal(shipper.failures, 6)
  assert.deepEqual(reports, ['https failed: it answered 500', 'https recovered'])
})

test('who is away is waited for, and nobody waits for who is slow', async (t) => {
  const { log, reports, shipping } = await shippedLog(t)
  const gone = await startHttpsReceiver(t, tls)
  const { port } = gone.server.address() as AddressInfo
  await new Promise((resolve) => gone.server.close(resolve))
  const shipper = shipping(trusting(gone))
  await write(log, 10)
  await until(() => shipper.problem === 'ECONNREFUSED')
  assert.ok(shipper.lagRecords >= 10 && shipper.lagSeconds > 0)
  const back = await startHttpsReceiver(t, tls, port)
  back.behaviour.push('hang')
  await until(() => back.behaviour.length === 0)
  // no answer has come yet, and calls go on
  await write(log, 10)
  assert.equal(log.size, 21)
  back.server.closeAllConnections()
  await until(() => shipper.lagRecords === 0)
  assert.deepEqual([...new Set(back.numbers)], upTo(21))
  assert.equal(reports.at(-1), 'https recovered')
  await until(() => shipper.lagSeconds === 0)
})

test('a batch that is too long is sent in parts', async (t) => {
  const { log, reports, shipping } = await shippedLog(t)
  const receiver = await startHttpsReceiver(t, tls)
  await write(log, 5)
  receiver.behaviour.push(...Array(9).fill(413))
  const shipper = shipping(trusting(receiver))
  await until(() => shipper.lagRecords === 0)
  assert.deepEqual(receiver.numbers, upTo(6))
  assert.deepEqual([receiver.deliveries.length, shipper.failures, reports], [6, 0, []])
})

test('another start goes on where the last one was; without its position everything comes again', async (t) => {
  const { path, log, shipping } = await shippedLog(t)
  const receiver = await startHttpsReceiver(t, tls)
  await write(log, 10)
  const shipper = shipping(trusting(receiver))
  // what is there is sent before it ends
  await shipper.finish(5000)
  assert.deepEqual(receiver.numbers, upTo(11))
  await write(log, 10)
  await shipping(trusting(receiver)).finish(5000)
  assert.deepEqual(receiver.numbers, upTo(21))
  writeFileSync(join(path, positionFile('https')), '{"segment":')
  await shipping(trusting(receiver)).finish(5000)
  assert.deepEqual(receiver.numbers, [...upTo(21), ...upTo(21)])
  assert.equal(new Set(receiver.lines).size, 21)
  // of a log that was put back to an older copy
  writeFileSync(join(path, positionFile('https')), '{"segment":"00000001.log","offset":0,"seq":99}')
  await shipping(trusting(receiver)).finish(5000)
  assert.equal(receiver.numbers.length, 63)
})

test('nobody is believed to have what only the folder says', async (t) => {
  const { path, log, shipping } = await shippedLog(t)
  const receiver = await startHttpsReceiver(t, tls)
  await write(log, 10)
  const claimed = JSON.stringify({ segment: '00000002.log', offset: 0, seq: 11, mac: testSeal.mac('received') })
  for (const file of [positionFile('https'), receiptFile('https')]) writeFileSync(join(path, file), claimed)
  const shipper = shipping(trusting(receiver))
  await until(() => shipper.shipped === 11)
  assert.equal(await shipper.received(testSeal), 0)
  await until(() => receiver.numbers.length === 11)
  await until(() => shipper.shipped === 11)
  assert.equal(await shipper.received(testSeal), 11)
  assert.deepEqual(receiver.numbers, upTo(11))
  await write(log, 5)
  await shipper.finish(5000)
  // what came after the receipt comes again, and nothing before
  const next = shipping(trusting(receiver))
  assert.equal(await next.received(testSeal), 11)
  await until(() => receiver.numbers.length === 21)
  assert.deepEqual(receiver.numbers, [...upTo(16), ...upTo(16).slice(11)])
  await next.finish(5000)
})

test('a record that is missing is told once, and nothing after it is sent before it is back', async (t) => {
  const { path, log, reports, shipping } = await shippedLog(t)
  const receiver = await startHttpsReceiver(t, tls)
  await write(log, 10)
  const file = join(path, '00000001.log')
  const whole = readFileSync(file, 'utf8')
  writeFileSync(file, whole.split('\n').toSpliced(2, 1).join('\n'))
  const shipper = shipping(trusting(receiver))
  await until(() => shipper.failures > 2)
  assert.deepEqual([...new Set(receiver.numbers)], [1, 2])
  assert.equal(shipper.shipped, 2)
  writeFileSync(file, whole)
  await until(() => shipper.lagRecords === 0)
  assert.deepEqual([...new Set(receiver.numbers)], upTo(11))
  assert.deepEqual(reports, ['https failed: record 3 is missing in the log', 'https recovered'])
})

test('a log that does not go on where a receiver is is told, not taken for one without news', async (t) => {
  const { path, log, shipping } = await shippedLog(t)
  const receiver = await startHttpsReceiver(t, tls)
  await write(log, 5)
  writeFileSync(join(path, positionFile('https')), JSON.stringify({ segment: '00000009.log', offset: 0, seq: 1 }))
  const shipper = shipping(trusting(receiver))
  await until(() => shipper.failures > 0)
  assert.equal(shipper.problem, 'record 2 is missing in the log')
  assert.ok(shipper.lagSeconds > 0)
})

test('who shows no certificate of a trusted CA gets nothing', async (t) => {
  const { log, shipping } = await shippedLog(t)
  await write(log, 1)
  const https = await startHttpsReceiver(t, tls)
  const syslog = await startSyslogReceiver(t, tls)
  const receivers = [
    httpsReceiver({ url: https.url, token, ca: [other.ca] }),
    httpsReceiver({ url: https.url.replace('localhost', '127.0.0.2'), token, ca: [tls.ca] }),
    syslogReceiver({ transport: 'tls', host: 'localhost', port: syslog.port, ca: [other.ca] }),
    syslogReceiver({ transport: 'tls', host: 'localhost', port: syslog.port }),
  ]
  for (const receiver of receivers) {
    const shipper = shipping(receiver)
    await until(() => shipper.problem !== undefined)
    assert.match(shipper.problem ?? '', /^(?:SELF_SIGNED|UNABLE_TO|DEPTH_ZERO|ERR_TLS_CERT|CERT_|ECONNREFUSED)/)
    await shipper.finish(0)
  }
  assert.deepEqual([https.numbers, syslog.numbers], [[], []])
})

for (const transport of ['tls', 'tcp'] as const)
  test(`syslog over ${transport}: what was read to its end counts, and what was cut comes again`, async (t) => {
    const { path, log, reports, shipping } = await shippedLog(t)
    const receiver = await startSyslogReceiver(t, transport === 'tls' ? tls : undefined)
    receiver.behaviour.push('cut', 'deaf')
    await write(log, 30)
    await log.append(auditRecord('Decrypt', { code: 'Forbidden.NoPermission', status: 403, subject: 'Zoë\n' }))
    const shipper = shipping(
      syslogReceiver({ transport, host: 'localhost', port: receiver.port, ca: [tls.ca], settleMs: 20 }),
      400,
    )
    await until(() => shipper.lagRecords === 0)
    assert.deepEqual(receiver.numbers, upTo(32))
    assert.equal(receiver.lines[0], readFileSync(join(path, '00000001.log'), 'utf8').split('\n')[0])
    assert.match(
      receiver.messages[1] ?? '',
      /^<110>1 2026-11-21T10:00:00\.000Z node-1 keyhaven - Encrypt \[origin software="keyhaven" swVersion="[\d.]+"\]\[meta sequenceId="2"\] \{"seq":2,/,
    )
    assert.match(receiver.messages[31] ?? '', /^<108>1 .* Decrypt .*Zoë\\n/)
    assert.equal(shipper.failures, 2)
    assert.equal(reports.length, 2)
  })

test('syslog by datagrams: one for each record', async (t) => {
  const { log, shipping } = await shippedLog(t)
  const receiver = await startDatagramReceiver(t)
  await write(log, 5)
  shipping(syslogReceiver({ transport: 'udp', host: '127.0.0.1', port: receiver.port }))
  await until(() => receiver.numbers.length === 6)
  assert.deepEqual(receiver.numbers, upTo(6))
})

test('what is not acknowledged is not sent, nor anything before the log has a name', async (t) => {
  const { path, log, shipping } = await shippedLog(t)
  const receiver = await startHttpsReceiver(t, tls)
  await write(log, 3)
  const key = readFileSync(join(path, 'audit.pub'))
  rmSync(join(path, 'audit.pub'))
  await shipping(trusting(receiver)).finish(5000)
  assert.deepEqual([receiver.numbers, existsSync(join(path, positionFile('https')))], [[], false])
  writeFileSync(join(path, 'audit.pub'), key)
  let size = 2
  Object.defineProperty(log, 'size', { get: () => size })
  const shipper = shipping(trusting(receiver))
  await until(() => receiver.numbers.length === 2)
  size = 4
  await until(() => shipper.shipped === 4)
  assert.deepEqual(receiver.numbers, upTo(4))
})
