import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import type { Retention } from './hand-over.ts'
import { folderPlace, type HandOverPlace, receivers } from './hand-over-place.ts'

const dayMs = 86_400_000

/**
 * How much of the audit log stays here, and where the rest goes.
 *
 * @param received - the last record that everybody has for certain who is sent the log
 * @returns `undefined` when all of it stays
 * @throws ConfigError when the settings contradict each other
 */
export function retentionOf(config: Config, received: Retention['received']): Retention | undefined {
  const { auditKeepDays, auditKeepBytes, auditHandOver } = config
  const isLimited = auditKeepDays !== undefined || auditKeepBytes !== undefined
  if (auditHandOver === undefined) {
    if (isLimited) throw new ConfigError('auditKeepDays and auditKeepBytes need auditHandOver: nothing is just removed')
    return undefined
  }
  if (!isLimited) throw new ConfigError('auditHandOver needs auditKeepDays or auditKeepBytes, which say when')
  return {
    place: auditHandOver === 'shipped' ? shippedPlace(config) : folderPlace(auditHandOver),
    received,
    keepMs: auditKeepDays === undefined ? undefined : auditKeepDays * dayMs,
    keepBytes: auditKeepBytes,
  }
}

/** Only who answers has them for sure. */
function shippedPlace({ auditHttps }: Config): HandOverPlace {
  if (auditHttps === undefined) throw new ConfigError('auditHandOver: shipped needs auditHttps, which confirms records')
  const { origin, pathname } = new URL(auditHttps)
  return receivers(`${origin}${pathname}`)
}
