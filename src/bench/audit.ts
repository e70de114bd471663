import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditRecord } from '../core/audit.ts'
import type { FileAuditLog } from '../server/audit/log.ts'
import { verifyAudit } from '../server/audit/verify.ts'
import { openStore } from '../store/open-store.ts'
import { openBenchLog } from './audit-log.ts'
import { openKms } from './kms.ts'
import { machine } from './measure.ts'

const verified = 1_000_000

/** How fast records become durable, alone and together, and how long a million take to verify and to reopen. */
export async function run(): Promise<void> {
  console.log(`${machine()}\n`)
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-bench-'))
  try {
    const store = await openStore({ engine: 'sqlite', path: join(folder, 'keyhaven.db') })
    const kms = openKms(store)
    const audit = join(folder, 'audit')
    const log = await openBenchLog(audit, kms)
    for (const [concurrency, count] of [
      [1, 5000],
      [32, 100_000],
      [256, 200_000],
    ] as const)
      await append(log, concurrency, count)
    await append(log, 1000, verified - log.size)
    await log.close()
    const started = performance.now()
    const { faults, records } = verifyAudit({
      folder: audit,
      publicKey: readFileSync(join(audit, 'audit.pub'), 'utf8'),
    })
    console.log(`verify ${records} records: ${seconds(started)} s, ${faults.length} faults`)
    const reopened = performance.now()
    const again = await openBenchLog(audit, kms)
    console.log(`open a log of ${again.size} records: ${Math.round(performance.now() - reopened)} ms`)
    await again.close()
    await store.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function append(log: FileAuditLog, concurrency: number, count: number): Promise<void> {
  const started = performance.now()
  const before = process.cpuUsage()
  let left = count
  const worker = async (): Promise<void> => {
    while (left-- > 0) await log.append(record)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  const { user, system } = process.cpuUsage(before)
  const rate = Math.round((count / (performance.now() - started)) * 1000)
  const cpu = ((user + system) / count).toFixed(1)
  console.log(
    `append, ${String(concurrency).padStart(4)} at once: ${String(rate).padStart(7)} records/s, ${cpu} µs CPU each`,
  )
}

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1)

const record: AuditRecord = {
  time: '2026-11-21T10:00:00.000Z',
  phase: 'response',
  gateway: 'openapi',
  action: 'Encrypt',
  requestId: '4BD560A1-729E-45F1-A3D9-B2A33D61046B',
  principal: 'acs:ram::1234567890123456:user/backup',
  accessKeyId: 'KHAKfaOdzGDaudcdhGc6UoqU',
  authentication: 'AccessKey',
  source: '10.1.2.3',
  keyId: 'd0db7557-bd1d-4a5c-a8c4-6209ca64e9b4',
  keyVersionId: '12a5d867-8495-408f-a36c-4dfc241f1c4b',
  code: 'Success',
  status: 200,
  latencyMs: 0.512,
}
