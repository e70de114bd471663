import { join } from 'node:path'
import { AuditDamaged, withWayOut } from './audit/damage.ts'
import { auditFolder } from './audit/folder.ts'
import { type FileAuditLog, openAuditLog } from './audit/log.ts'
import { retentionOf } from './audit/retention.ts'
import type { SpaceState } from './audit/space.ts'
import type { Config } from './config/schema.ts'
import type { Level, Log } from './log.ts'
import type { Shipping } from './shipping/shipping.ts'

/**
 * The audit log of the data directory, which tells the operator's log how it fares, and is sent to whom it is to be sent.
 *
 * @throws AuditDamaged
 */
export async function openAudit(config: Config, now: () => Date, log: Log, shipping: Shipping): Promise<FileAuditLog> {
  const folder = await auditFolder(join(config.data, 'audit'))
  const { path } = folder
  const opening = openAuditLog({
    folder,
    node: config.node,
    segmentBytes: config.auditSegmentBytes,
    checkpointRecords: config.auditCheckpointRecords,
    checkpointSeconds: config.auditCheckpointSeconds,
    checkpointFile: config.auditCheckpointFile,
    writeTimeoutMs: config.auditTimeoutMs,
    retryMs: 1000,
    reserveBytes: config.auditReserveBytes,
    retention: retentionOf(config, (seal) => shipping.received(seal)),
    now,
    report: {
      failed: (error) => log.write('error', 'the audit log cannot be written: all calls are refused', { error }),
      recovered: () => log.write('info', 'the audit log can be written again'),
      damaged: (error) =>
        log.write('error', 'the audit log was changed: all calls are refused', { error: withWayOut(error) }),
      space: (state, freeBytes) => log.write(...spaceLine(state), { path, count: freeBytes }),
      secondPlaceUnreadable: (error) =>
        log.write('warn', 'the second place of audit checkpoints cannot be read', { error }),
      handedOver: (segment, to) => log.write('info', `audit file ${segment} was handed over`, { path: to }),
      handOverFailed: (error) => log.write('error', 'an audit file could not be handed over', { error }),
      checkpointFailed: (error) => log.write('error', 'an audit checkpoint could not be kept', { error }),
    },
  })
  const opened = await opening.catch((error: unknown) => {
    throw error instanceof AuditDamaged ? withWayOut(error) : error
  })
  shipping.start(folder, () => opened.size)
  return opened
}

function spaceLine(state: SpaceState): [Level, string] {
  if (state === 'ample') return ['info', 'there is space for the audit log again']
  if (state === 'low') return ['warn', 'little free space for the audit log']
  return ['error', 'no space for the audit log but its reserve: all calls are refused']
}
