import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { AuditRecord } from '../../src/core/audit.ts'
import { checkpointSigner } from '../../src/server/audit/checkpoint.ts'
import { type AuditFolder, auditFolder } from '../../src/server/audit/folder.ts'
import { type AuditOptions, type FileAuditLog, openAuditLog } from '../../src/server/audit/log.ts'

export const testSeed = new Uint8Array(32).fill(7)
export const testSigner = checkpointSigner('keyhaven/test', testSeed)

/** A folder that is removed after the test. */
export function temporaryFolder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'keyhaven-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export interface AuditFixture {
  readonly path: string
  readonly folder: AuditFolder
  /** what was reported, in order */
  readonly reports: string[]
  open(options?: Partial<AuditOptions>): Promise<FileAuditLog>
}

export async function auditFixture(t: TestContext): Promise<AuditFixture> {
  const path = join(temporaryFolder(t), 'audit')
  const folder = await auditFolder(path)
  const reports: string[] = []
  const open = (options: Partial<AuditOptions> = {}) =>
    openAuditLog({
      folder,
      node: 'node-1',
      segmentBytes: 1 << 20,
      checkpointRecords: 1000,
      checkpointSeconds: 3600,
      writeTimeoutMs: 2000,
      retryMs: 5,
      reserveBytes: 0,
      now: () => new Date('2026-11-21T10:00:00Z'),
      report: {
        failed: (error) => reports.push(`failed: ${error instanceof Error ? error.message : error}`),
        recovered: () => reports.push('recovered'),
        checkpointFailed: (error) => reports.push(`checkpoint failed: ${error}`),
      },
      ...options,
    })
  return { path, folder, reports, open }
}

export const auditRecord = (action = 'Encrypt', more: Partial<AuditRecord> = {}): AuditRecord => ({
  time: '2026-11-21T10:00:00.000Z',
  phase: 'response',
  gateway: 'openapi',
  action,
  requestId: '4bd560a1-729e-45f1-a3d9-b2a33d61046b',
  principal: 'acs:ram::1234567890123456:root',
  keyId: '1234abcd-12ab-34cd-56ef-12345678****',
  code: 'Success',
  status: 200,
  latencyMs: 1,
  ...more,
})
