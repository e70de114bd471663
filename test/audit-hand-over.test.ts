import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from '../src/sdk/client.ts'
import { temporaryFolder } from './kit/audit.ts'
import { printedAccessKey, printedEndpoint } from './kit/printed.ts'
import { runKeyhaven, startKeyhaven } from './kit/process.ts'
import { startTestServer } from './kit/server.ts'

/** Enough calls for some closed files of the least length. */
async function useUp(client: Client): Promise<void> {
  for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 100 }, () => client.describeRegions()))
}

async function said(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await runKeyhaven(words)
  assert.equal(status, 0, stdout + stderr)
  return stdout
}

test('what was handed over shows in status, metrics, verification and commands', async (t) => {
  const elsewhere = temporaryFolder(t)
  const config = { auditSegmentBytes: 65_536, auditCheckpointRecords: 1, auditKeepBytes: 70_000 }
  const server = await startTestServer({ config: { ...config, auditHandOver: elsewhere } })
  t.after(() => server.close())
  await using client = new Client(server)
  await useUp(client)
  const { handOver } = server.service.audit
  // a checkpoint of what is closed may be under way
  for (await handOver?.look(); handOver?.last === undefined; await handOver?.look()) await client.describeRegions()
  const { handedOverRecords = 0, handOverProblem, records } = (await client.getServiceStatus()).audit
  assert.ok(handedOverRecords > 100 && handedOverRecords < records)
  assert.equal(handOverProblem, false)
  assert.equal(server.service.status().auditHandedOverRecords, handedOverRecords)
  await server.service.startMetrics()
  const page = await (await fetch(`${server.httpEndpoint}/metrics`)).text()
  assert.match(page, new RegExp(`^keyhaven_audit_handed_over_records ${handedOverRecords}$`, 'm'))
  assert.match(page, /^keyhaven_audit_hand_over_failures_total 0$/m)
  for (;;) {
    const { state, firstRecord, verdict, problems } = await client.verifyAudit()
    if (state !== 'Finished') {
      await wait(20)
      continue
    }
    assert.deepEqual([verdict, problems, firstRecord], ['Intact', [], handedOverRecords + 1])
    break
  }
  const data = ['--data', server.data]
  const left = await said('audit', 'verify', ...data)
  assert.match(
    left,
    new RegExp(`Records 1 to ${handedOverRecords} were handed over, up to 0\\d+\\.log to ${elsewhere}:`),
  )
  assert.doesNotMatch(await said('audit', 'verify', '--handed-over', elsewhere, ...data), /were handed over/)
  const listed = await said('audit', 'handed-over', ...data)
  assert.match(listed, /^\S+Z 00000001\.log records 1 to \d+, \d+ bytes, SHA-256 [0-9a-f]{64}, to .*\n/)
  const [folder = ''] = readdirSync(elsewhere)
  assert.equal(await said('audit', 'handed-over', '--folder', join(elsewhere, folder)), listed)
  const found = await said('audit', 'query', '--action', 'AuditOpened', '--folder', join(elsewhere, folder))
  assert.match(found, /AuditOpened/)
})

test('retention without a place, or a place without retention, is refused by name', async (t) => {
  const start = (auditKeepBytes?: number, auditHandOver?: string) =>
    startTestServer({ config: { auditKeepBytes, auditHandOver } })
  await assert.rejects(start(1), { name: 'ConfigError', message: /auditKeepBytes need auditHandOver/ })
  await assert.rejects(start(undefined, temporaryFolder(t)), { message: /auditHandOver needs auditKeepDays/ })
})

test('a backup holds what is left and the word for the rest; restored, both go on', async (t) => {
  const folder = temporaryFolder(t)
  const elsewhere = temporaryFolder(t)
  const [data, restored] = [join(folder, 'data'), join(folder, 'restored')]
  const own = (at: string): string[] => ['--data', at, '--key-file', join(folder, 'root.key'), '--node', 'one']
  const audit = ['--audit-segment-bytes', '65536', '--audit-keep-bytes', '70000', '--audit-hand-over', elsewhere]
  const started = (at: string) =>
    startKeyhaven(
      ['server', ...own(at), ...audit, '--https', '127.0.0.1:0', '--audit-reserve-bytes', '0'],
      {},
      'https://',
    )
  const init = await said('init', ...own(data))
  const { accessKeyId, accessKeySecret } = printedAccessKey(init)
  const running = await started(data)
  const endpoint = printedEndpoint(running.output().stdout)
  await using client = new Client({ endpoint, caFile: join(data, 'tls/ca.pem'), accessKeyId, accessKeySecret })
  await useUp(client)
  await running.stop()
  // a start hands over what is due
  const again = await started(data)
  while (existsSync(join(data, 'audit/00000001.log'))) await wait(10)
  const backup = join(folder, 'backup')
  await said('backup', backup, ...own(data))
  await again.stop()
  assert.match(await said('backup', 'verify', backup, ...own(data)), /is whole/)
  await said('restore', backup, ...own(restored))
  await (await started(restored)).stop()
  assert.ok(!existsSync(join(restored, 'audit/00000001.log')))
  const log = readFileSync(join(restored, 'audit/audit.pub'), 'utf8').split('+', 1)[0] ?? ''
  assert.ok(existsSync(join(elsewhere, log.replaceAll('/', '+'), '00000001.log')))
  const verify = ['audit', 'verify', '--with-root-key', ...own(restored)]
  assert.match(await said(...verify), /were handed over/)
  assert.match(await said(...verify, '--handed-over', elsewhere), /the log is what was written/)
})
