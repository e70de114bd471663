import type { Operation } from '../../api/operation.ts'
import type { Caller } from '../../core/access/caller.ts'
import { callerArn } from '../../core/access/caller-arn.ts'
import type { AuditRecord } from '../../core/audit.ts'
import type { AuditNotes, ConsoleCall } from '../../core/kms.ts'
import type { Once } from '../../core/once.ts'
import type { HttpRequest } from '../http.ts'
import type { Format } from './answer.ts'
import type { Scheme } from './claim.ts'

/** What is known of one request while it is being answered. */
export interface Exchange {
  readonly request: HttpRequest
  readonly requestId: string
  /** by the monotonic clock, in milliseconds */
  readonly started: number
  readonly notes: AuditNotes
  format: Format
  operation?: Operation
  scheme?: Scheme
  /** of an AccessKey that exists; what was claimed otherwise is never written down */
  accessKeyId?: string
  caller?: Caller
  /** of a request that was found to be from a page of the console */
  console?: ConsoleCall | undefined
  /** to be called when the call has ended; of one that was let in */
  ended?: (() => void) | undefined
  /** keeps the call from taking effect on other servers, too */
  once?: Once | undefined
  isDryRun: boolean
}

/** One line for logs and metrics about a finished request. Holds nothing that the caller sent but names. */
export interface RequestReport {
  readonly requestId: string
  readonly product?: string | undefined
  readonly action?: string | undefined
  readonly scheme?: Scheme | undefined
  readonly principal?: string | undefined
  readonly accessKeyId?: string | undefined
  readonly source: string
  /** of a key that there is, whether or not the caller may act on it */
  readonly keyId?: string | undefined
  /** what else it was about, by its name */
  readonly resource?: string | undefined
  /** `Success` or the error code */
  readonly code: string
  readonly status: number
  readonly latencyMs: number
  /** why an internal failure happened */
  readonly cause?: unknown
}

export interface Outcome {
  readonly code: string
  readonly status: number
  readonly cause?: unknown
}

/** Of what a request causes. */
export type AuditPhase = Exclude<AuditRecord['phase'], 'event'>

/** By the monotonic clock: a measurement, which nothing is decided on. */
const elapsedMs = ({ started }: Exchange): number => Math.round((performance.now() - started) * 1000) / 1000

export function auditRecord(exchange: Exchange, phase: AuditPhase, now: Date, outcome?: Outcome): AuditRecord {
  const { caller, notes } = exchange
  return {
    time: now.toISOString(),
    phase,
    gateway: 'openapi',
    action: exchange.operation?.name ?? '',
    requestId: exchange.requestId,
    principal: caller && callerArn(caller),
    accessKeyId: exchange.accessKeyId,
    authentication: caller?.authentication,
    issuer: caller?.tokenHolder?.issuer,
    subject: caller?.tokenHolder?.subject,
    source: exchange.request.sourceAddress,
    certificate: exchange.request.clientCertificate?.fingerprint,
    keyId: notes.keyId,
    keyVersionId: notes.keyVersionId,
    resource: notes.resource,
    code: outcome?.code,
    status: outcome?.status,
    latencyMs: outcome && elapsedMs(exchange),
    via: exchange.console && 'console',
  }
}

export function requestReport(exchange: Exchange, outcome: Outcome): RequestReport {
  const { caller, operation } = exchange
  return {
    requestId: exchange.requestId,
    product: operation?.api.product,
    action: operation?.name,
    scheme: exchange.scheme,
    principal: caller && callerArn(caller),
    accessKeyId: exchange.accessKeyId,
    source: exchange.request.sourceAddress,
    keyId: exchange.notes.keyId,
    resource: exchange.notes.resource,
    code: outcome.code,
    status: outcome.status,
    latencyMs: elapsedMs(exchange),
    cause: outcome.cause,
  }
}
