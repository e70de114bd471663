import type { Kms } from '../core/kms.ts'
import { Anchors } from '../server/audit/anchor.ts'
import { auditFolder } from '../server/audit/folder.ts'
import { type FileAuditLog, openAuditLog } from '../server/audit/log.ts'
import { anchorsOptions, logKeys } from '../server/audit/log-keys.ts'
import { configSchema } from '../server/config/schema.ts'

/** An audit log as a server keeps it, with the usual settings. */
export async function openBenchLog(path: string, kms: Kms): Promise<FileAuditLog> {
  const config = configSchema.parse({ node: 'bench' })
  const log = await openAuditLog({
    folder: await auditFolder(path),
    node: config.node,
    segmentBytes: config.auditSegmentBytes,
    checkpointRecords: config.auditCheckpointRecords,
    checkpointSeconds: config.auditCheckpointSeconds,
    writeTimeoutMs: 10_000,
    retryMs: 1000,
    reserveBytes: 0,
    now: () => new Date(),
    report: {
      failed: fail,
      recovered: () => {},
      damaged: fail,
      space: () => {},
      checkpointFailed: fail,
      secondPlaceUnreadable: fail,
      handOverFailed: fail,
      handedOver: () => {},
    },
  })
  const anchors = new Anchors(anchorsOptions(kms, config, { deploymentId: 'bench' }))
  await log.startSigning(logKeys(kms.sealing, anchors))
  return log
}

function fail(error: unknown): never {
  throw error
}
