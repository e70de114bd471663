import type { Metric, Registry } from 'prom-client'
import type { Occasion } from '../../core/oversight/events.ts'
import type { ReceiverState } from '../shipping/shipping.ts'
import type { StoreState } from '../store/store-watch.ts'

/** What is asked of the server as a whole when somebody looks. */
export interface ServerValues {
  sealed(): boolean
  /** what the server was started with does not open the deployment any more */
  sealOutdated(): boolean
  auditHealthy(): boolean
  auditSpaceLow(): boolean
  auditFreeBytes(): number
  auditRecords(): number
  /** the last checkpoint that is kept wherever one has to be */
  lastCheckpoint(): { readonly size: number; readonly at: Date } | undefined
  /** records up to the end of the last audit file that was handed over */
  handedOver(): number
  /** who is sent the audit log */
  receivers(): readonly ReceiverState[]
  /** attempts to hand a file over that failed */
  handOverFailures(): number
  clockTrusted(): boolean
  store(): StoreState
  /** what somebody has to look after, as it was at the last look */
  pending(): readonly Pick<Occasion, 'type' | 'level'>[]
  activeRequests(): number
  /** when the server certificate ends */
  certificateEnd(): Date | undefined
  /** when the own CA ends, if it is the own one */
  authorityEnd(): Date | undefined
  /** when the first list of revoked client certificates ends, if there is one */
  revocationListsEnd(): Date | undefined
}

/** By name: what it is, and its value. */
const gauges: Readonly<Record<string, readonly [string, (values: ServerValues) => number]>> = {
  keyhaven_sealed: ['1 while the server is sealed', (values) => Number(values.sealed())],
  keyhaven_seal_outdated: [
    '1 when what the server was started with does not open the deployment any more',
    (values) => Number(values.sealOutdated()),
  ],
  keyhaven_audit_healthy: ['0 while audit records cannot be kept', (values) => Number(values.auditHealthy())],
  keyhaven_audit_space_low: [
    '1 when the disk of the audit log is nearly full',
    (values) => Number(values.auditSpaceLow()),
  ],
  keyhaven_audit_free_bytes: ['free space of the disk of the audit log', (values) => values.auditFreeBytes()],
  keyhaven_audit_records: ['audit records in the chain of this node', (values) => values.auditRecords()],
  keyhaven_audit_signed_records: [
    'audit records that a signed checkpoint of this run covers',
    (values) => values.lastCheckpoint()?.size ?? 0,
  ],
  keyhaven_audit_signed_timestamp_seconds: [
    'when that checkpoint was kept, in Unix time',
    (values) => secondsOf(values.lastCheckpoint()?.at),
  ],
  keyhaven_audit_handed_over_records: [
    'audit records up to the end of the last file that was handed over',
    (values) => values.handedOver(),
  ],
  keyhaven_clock_trusted: [
    '0 after a jump of the clock that nobody has confirmed',
    (values) => Number(values.clockTrusted()),
  ],
  keyhaven_store_away: ['1 while calls that need the store are refused', (values) => Number(values.store().isAway)],
  keyhaven_store_closed: ['1 while the store takes no changes', (values) => Number(values.store().isClosed)],
  keyhaven_active_requests: ['requests being worked on', (values) => values.activeRequests()],
  keyhaven_certificate_expiry_seconds: [
    'when the server certificate ends, in Unix time',
    (values) => secondsOf(values.certificateEnd()),
  ],
  keyhaven_ca_expiry_seconds: [
    'when the own CA ends, in Unix time; 0 with a certificate from elsewhere',
    (values) => secondsOf(values.authorityEnd()),
  ],
  keyhaven_client_crl_expiry_seconds: [
    'when a list of revoked client certificates ends, in Unix time; 0 if there is none',
    (values) => secondsOf(values.revocationListsEnd()),
  ],
}

/** Of each that is sent the audit log, by name: what it is, and its value. */
const ofReceivers: Readonly<Record<string, readonly [string, (state: ReceiverState) => number]>> = {
  keyhaven_audit_shipping_lag_records: ['audit records that a receiver has not got', (state) => state.lagRecords],
  keyhaven_audit_shipping_lag_seconds: ['how long a receiver has lacked some', (state) => state.lagSeconds],
  keyhaven_audit_shipping_failures_total: ['deliveries to a receiver that failed', (state) => state.failures],
}

const secondsOf = (date: Date | undefined): number => (date?.getTime() ?? 0) / 1000

export async function registerServerMetrics(registry: Registry, values: ServerValues): Promise<void> {
  const { Counter, Gauge } = await import('prom-client')
  const metrics: readonly Metric[] = [
    ...Object.entries(gauges).map(
      ([name, [help, value]]) =>
        new Gauge({
          name,
          help,
          registers: [],
          collect() {
            this.set(value(values))
          },
        }),
    ),
    new Counter({
      name: 'keyhaven_store_failures_total',
      help: 'calls of the store that failed because it was away or took no changes',
      registers: [],
      collect() {
        this.reset()
        this.inc(values.store().failures)
      },
    }),
    new Counter({
      name: 'keyhaven_audit_hand_over_failures_total',
      help: 'attempts to hand an audit file over that failed',
      registers: [],
      collect() {
        this.reset()
        this.inc(values.handOverFailures())
      },
    }),
    ...Object.entries(ofReceivers).map(([name, [help, value]]) => {
      const Kind = name.endsWith('_total') ? Counter : Gauge
      return new Kind({
        name,
        help,
        labelNames: ['receiver'],
        registers: [],
        collect() {
          this.reset()
          for (const state of values.receivers()) this.inc({ receiver: state.receiver.name }, value(state))
        },
      })
    }),
    new Gauge({
      name: 'keyhaven_pending_events',
      help: 'what events tell of that is still so, at the hourly look',
      labelNames: ['type', 'level'],
      registers: [],
      collect() {
        this.reset()
        for (const { type, level } of values.pending()) this.inc({ type, level })
      },
    }),
  ]
  for (const metric of metrics) registry.registerMetric(metric)
}
