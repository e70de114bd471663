import type { Retention } from './audit/hand-over.ts'
import { folderPlace } from './audit/hand-over-place.ts'
import { ConfigError } from './config/load.ts'
import type { Config } from './config/schema.ts'

const dayMs = 86_400_000

/**
 * How much of the audit log stays here, and where the rest goes.
 *
 * @returns `undefined` when all of it stays
 * @throws ConfigError when the settings contradict each other
 */
export function retentionOf({ auditKeepDays, auditKeepBytes, auditHandOver }: Config): Retention | undefined {
  const isLimited = auditKeepDays !== undefined || auditKeepBytes !== undefined
  if (auditHandOver === undefined) {
    if (isLimited) throw new ConfigError('auditKeepDays and auditKeepBytes need auditHandOver: nothing is just removed')
    return undefined
  }
  if (!isLimited) throw new ConfigError('auditHandOver needs auditKeepDays or auditKeepBytes, which say when')
  return {
    place: folderPlace(auditHandOver),
    keepMs: auditKeepDays === undefined ? undefined : auditKeepDays * dayMs,
    keepBytes: auditKeepBytes,
  }
}
