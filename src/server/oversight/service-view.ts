import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Result } from '../../api/operation.ts'
import type { GetServiceStatus, QueryAuditRecords } from '../../api/oversight.ts'
import { version } from '../../api/version.ts'
import type { MetricsHistory } from '../../core/oversight/metrics-history.ts'
import { presentNodes } from '../../core/oversight/node-lease.ts'
import type { RecordReader } from '../../core/records.ts'
import type { Deployment } from '../../core/sealing/deployment.ts'
import type { ServiceView } from '../../core/service-view.ts'
import { formatTime } from '../../core/time.ts'
import type { Anchors } from '../audit/anchor.ts'
import { chainSeal } from '../audit/chain-seal.ts'
import { checkpointVerifier } from '../audit/checkpoint.ts'
import { inTime } from '../audit/in-time.ts'
import type { FileAuditLog } from '../audit/log.ts'
import type { KeptRecord } from '../audit/query.ts'
import { publicKeyFile } from '../audit/state.ts'
import { inspectableConfig } from '../config/print.ts'
import { type Config, configSchema } from '../config/schema.ts'
import { isPostgresUrl } from '../config/store-address.ts'
import type { ClockGuard } from '../recurring/clock-guard.ts'
import type { Shipping } from '../shipping/shipping.ts'
import { searchAudit } from './audit-search.ts'
import { AuditVerification } from './audit-verification.ts'

export interface ViewOptions {
  readonly config: Config
  readonly deployment: Deployment
  readonly startedAt: Date
  readonly audit: FileAuditLog
  readonly shipping: Shipping
  readonly anchors: Anchors
  readonly clock: ClockGuard
  readonly history: MetricsHistory
  readonly records: RecordReader
  /** rejects when the store does not answer */
  askStore(): Promise<unknown>
  certificateEnd(): Date | undefined
  now(): Date
}

const storeTimeoutMs = 2000

/** What operations tell of the server that they run in. */
export function serviceView(options: ViewOptions): ServiceView {
  const { config, anchors, now } = options
  const folder = join(config.data, 'audit')
  const verification = new AuditVerification({
    folder,
    checkpointFiles: config.auditCheckpointFile === undefined ? [] : [config.auditCheckpointFile],
    publicKey: () => publicKeyOf(folder),
    async checks(publicKey) {
      const { origin } = checkpointVerifier(publicKey)
      return { seal: chainSeal(await anchors.chainKey(origin)), findAnchor: () => anchors.get(origin) }
    },
    now,
  })
  return {
    status: () => status(options, folder),
    async queryAudit(query) {
      const { records, nextToken, searchedSince } = await searchAudit(folder, query)
      return { auditRecords: records.map(described), nextToken, searchedSince }
    },
    verifyAudit: async () => verification.ask(),
    metrics: (since, until, period) => options.history.between(since, until, period),
  }
}

const publicKeyOf = async (folder: string): Promise<string> =>
  (await readFile(join(folder, publicKeyFile), 'utf8')).trim()

async function status(options: ViewOptions, folder: string): Promise<Result<typeof GetServiceStatus>> {
  const { config, deployment, startedAt, audit, shipping, anchors, clock, now } = options
  const [healthy, signed, nodes] = await Promise.all([
    inTime(options.askStore(), storeTimeoutMs).then(
      () => true,
      () => false,
    ),
    publicKeyOf(folder).then((key) => anchors.get(checkpointVerifier(key).origin)),
    presentNodes(options.records),
  ])
  const end = options.certificateEnd()
  return {
    ...{ version, mode: deployment.mode, node: config.node, regionId: config.regionId },
    ...{ accountId: deployment.accountId, seal: deployment.seal },
    startTime: formatTime(startedAt),
    uptimeSeconds: Math.max(0, Math.round((now().getTime() - startedAt.getTime()) / 1000)),
    store: { engine: config.store !== undefined && isPostgresUrl(config.store) ? 'postgresql' : 'sqlite', healthy },
    audit: {
      ...{ healthy: audit.healthy, problem: audit.problem, space: audit.space, records: audit.size },
      ...(audit.handOver && {
        handedOverRecords: audit.handOver.last?.last ?? 0,
        handOverProblem: audit.handOver.isFailing,
      }),
      receivers: shipping.receivers.map(({ receiver, shipped, lagRecords, lagSeconds, problem }) => ({
        ...{ name: receiver.name, shippedRecords: shipped, lagRecords, lagSeconds: Math.round(lagSeconds), problem },
      })),
      ...(signed && { signedRecords: signed.size, signedTime: signed.at }),
    },
    clock: { trusted: clock.isTrusted, time: formatTime(now()) },
    nodes: nodes.map(({ id, body }) => ({
      ...{ name: id, host: body.host, version: body.version },
      ...{ startTime: body.startedAt, seenTime: body.seenAt },
    })),
    certificates: end ? [{ name: 'server', endTime: formatTime(end) }] : [],
    settings: settingsInForce(config),
  }
}

function settingsInForce(config: Config): Result<typeof GetServiceStatus>['settings'] {
  const usual = inspectableConfig(configSchema.parse({}))
  return Object.entries(inspectableConfig(config)).map(([name, value]) => ({
    name,
    value: textOf(value),
    isDefault: textOf(value) === textOf(usual[name]),
  }))
}

const textOf = (value: unknown): string => (value === undefined ? '' : String(value))

function described(record: KeptRecord): Result<typeof QueryAuditRecords>['auditRecords'][number] {
  const { latencyMs, ...rest } = record
  const latency = typeof latencyMs === 'number' ? { latencyMicroseconds: Math.round(latencyMs * 1000) } : {}
  // The log writes each field by the name that it has in the contract.
  return { ...rest, ...latency } as Result<typeof QueryAuditRecords>['auditRecords'][number]
}
