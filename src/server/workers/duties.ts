import type { AuditRecord } from '../../core/audit.ts'
import type { LastUse } from '../../core/last-use.ts'
import type { CountedPeriod, ServiceView } from '../../core/service-view.ts'
import type { Change } from '../../core/store.ts'
import type { HttpRequest, HttpResponse } from '../../gateway/http.ts'
import type { Config } from '../config/schema.ts'
import type { Front } from '../front/front.ts'
import type { ServerMemory } from '../front/memory.ts'
import type { MetricValues } from '../http/metrics.ts'
import type { Level, LogFields } from '../log.ts'
import type { PackedError } from './errors.ts'

/** What a worker is told when it starts. */
export interface WorkerData {
  /** 1, 2, … */
  readonly worker: number
  readonly config: Config
  readonly accountId: string
  /** as in development mode */
  readonly loopbackHttp: boolean
  readonly servedUntil: Date | undefined
  /** milliseconds since 1970 */
  readonly lastUsesBegan: number
  readonly memory: ServerMemory
}

/** What workers ask of the main thread. */
export interface MainDuties extends Omit<ServiceView, 'metrics'> {
  /** keeps an audit record: there is one chain */
  append(record: AuditRecord, isDenial?: boolean): Promise<void>
  /** changes a database that takes one writer at a time */
  commit(changes: readonly Change[]): Promise<void>
  log(level: Level, message: string, fields: Omit<LogFields, 'error'>, error?: PackedError): void
  tampered(kind: string, id: string): void
  /** the root key was changed and a worker could not follow: it has sealed itself */
  rootKeyLost(): void
  /** answers for the server as a whole */
  route(request: HttpRequest): Promise<HttpResponse>
  /** the last use that all others have noted and not yet stored */
  lastUse(name: string): Promise<LastUse | undefined>
  /** the counts of calls that all workers have not stored yet */
  unkeptCounts(): Promise<readonly CountedPeriod[]>
}

/** What the main thread asks of workers. */
export interface WorkerDuties extends Omit<Front, 'active'> {
  lastUse(name: string): LastUse | undefined
  unkeptCounts(): readonly CountedPeriod[]
  startMetrics(): Promise<void>
  metrics(): Promise<MetricValues>
}
