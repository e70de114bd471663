import type { InstanceOperation } from '../../api/instance.ts'
import type { Caller } from '../../core/access/caller.ts'
import { callerArn } from '../../core/access/caller-arn.ts'
import type { AuditLog, AuditRecord } from '../../core/audit.ts'
import { requireNetwork } from '../../core/callers/client-keys.ts'
import { KmsError } from '../../core/errors.ts'
import type { AuditNotes, Kms } from '../../core/kms.ts'
import { newGuid } from '../../core/random-text.ts'
import { instanceProtocol } from '../../wire/instance-signature.ts'
import { decodeMessage, encodeMessage, MalformedMessage } from '../../wire/protobuf.ts'
import { requireOwnCertificate } from '../client-certificate.ts'
import { type HttpRequest, type HttpResponse, header } from '../http.ts'
import type { Throttle } from '../throttle.ts'
import { authenticateClientKey, printable } from './authenticate.ts'
import { instanceError } from './errors.ts'
import { type Answer, pairings } from './operations.ts'
import { errorAnswer } from './refuse.ts'

export interface InstanceGatewayOptions {
  readonly kms: Kms
  readonly audit: Pick<AuditLog, 'append'>
  /** counts the calls of this gateway, and of others that share it; none unless given */
  readonly throttle?: Throttle | undefined
  /** what the dates of requests are compared with; the clock of the rules unless given */
  readonly wall?: (() => Date) | undefined
  /** told once of each request, after its answer is decided */
  readonly report?: ((report: InstanceReport) => void) | undefined
}

/** How a request ended, for logs and metrics; holds nothing that the caller sent but its names. */
export interface InstanceReport extends Omit<AuditRecord, 'code' | 'status' | 'latencyMs'> {
  readonly code: string
  readonly status: number
  readonly latencyMs: number
  /** of a failure that is the server's */
  readonly cause?: unknown
}

/** KMS documentation, common error codes of the instance API: a body over 3 MB is refused. */
const maxInstanceBodyBytes = 3 * 1024 * 1024

/** Whether a request is for this gateway: its protocol names the operation in a header of its own. */
export const isInstanceRequest = (request: HttpRequest): boolean => request.headers.has('x-kms-apiname')

/** The gateway of KMS instances: protobuf over HTTPS, signed with ClientKeys. */
export function instanceGateway(options: InstanceGatewayOptions): {
  handle(request: HttpRequest): Promise<HttpResponse>
} {
  return { handle: (request) => handle(options, request) }
}

/** What is known of a request so far; grows on the way, and is what the audit gets whatever happens. */
interface Progress {
  readonly requestId: string
  readonly startedAt: number
  readonly notes: AuditNotes
  action: string
  caller?: Caller
  /** to be called when the call has ended; of one that was let in */
  ended?: (() => void) | undefined
}

async function handle(options: InstanceGatewayOptions, request: HttpRequest): Promise<HttpResponse> {
  const progress: Progress = {
    requestId: newGuid(options.kms),
    startedAt: performance.now(),
    notes: {},
    action: 'Unknown',
  }
  try {
    const { operation, answer } = await run(options, request, progress)
    await finish(options, request, progress, { code: 'Success', status: 200 })
    return success(operation, answer, progress.requestId)
  } catch (thrown) {
    return await failure(options, request, progress, thrown)
  } finally {
    progress.ended?.()
  }
}

async function run(options: InstanceGatewayOptions, request: HttpRequest, progress: Progress) {
  const { kms } = options
  if (kms.sealing.isSealed) throw new KmsError('ServiceUnavailableTemporary')
  const pairing = identify(request)
  progress.action = pairing.operation.name
  const { caller, credential } = await authenticateClientKey(kms, request, options.wall?.())
  progress.caller = caller
  requireOwnCertificate(request, caller)
  progress.ended = options.throttle?.admit(caller, pairing.operation.quota, request.body.length)
  requireNetwork(credential, caller)
  const { operation } = pairing
  const call = {
    kms,
    caller,
    operation: { name: operation.name, actions: [operation.action] },
    requestId: progress.requestId,
    audit: progress.notes,
    pinnedVersionId: pinnedVersion(request),
  }
  const input = decode(operation, request)
  return { operation, answer: await pairing.behaviour(call, input) }
}

function identify(request: HttpRequest) {
  const version = header(request, 'x-kms-apiversion') ?? ''
  if (version !== instanceProtocol.apiVersion)
    throw new KmsError('InvalidApiVersion', { parameter: printable(version) })
  const name = header(request, 'x-kms-apiname') ?? ''
  const pairing = pairings.get(name)
  if (request.method !== 'POST' || pairing === undefined) {
    throw new KmsError('InvalidApiName', { parameter: printable(name) })
  }
  const contentType = header(request, 'content-type') ?? ''
  if (contentType.split(';')[0]?.trim().toLowerCase() !== instanceProtocol.contentType) {
    throw new KmsError('InvalidContentType', { parameter: printable(contentType) })
  }
  if (request.body.length > maxInstanceBodyBytes) throw new KmsError('RequestEntityTooLarge')
  return pairing
}

function pinnedVersion(request: HttpRequest): string | undefined {
  const values = request.headers.get(instanceProtocol.keyVersionHeader)
  if (values === undefined) return undefined
  if (values.length === 1 && values[0]?.length === 36) return values[0]
  throw new KmsError('InvalidParam', { parameter: instanceProtocol.keyVersionHeader })
}

function decode(operation: InstanceOperation, request: HttpRequest) {
  try {
    return decodeMessage(operation.request, request.body)
  } catch (cause) {
    if (cause instanceof MalformedMessage) throw new KmsError('InvalidParameter', { cause })
    throw cause
  }
}

function success(operation: InstanceOperation, answer: Answer, requestId: string): HttpResponse {
  return {
    status: 200,
    headers: {
      'content-type': instanceProtocol.contentType,
      'x-acs-request-id': requestId,
      ...(answer.keyVersionId === undefined ? {} : { [instanceProtocol.keyVersionHeader]: answer.keyVersionId }),
    },
    body: encodeMessage(operation.response, { ...answer.response, requestId }),
  }
}

/** The one place that turns a failure into an answer. */
async function failure(
  options: InstanceGatewayOptions,
  request: HttpRequest,
  progress: Progress,
  thrown: unknown,
): Promise<HttpResponse> {
  const error = instanceError(thrown)
  const cause = thrown instanceof KmsError ? thrown.cause : thrown
  try {
    await finish(options, request, progress, { code: error.errorCode, status: error.statusCode, cause })
    return errorAnswer(error, progress.requestId)
  } catch (unrecorded) {
    // The audit log refused even this record.
    const unavailable = instanceError(new KmsError('ServiceUnavailableTemporary'))
    const outcome = { code: unavailable.errorCode, status: unavailable.statusCode, cause: unrecorded }
    options.report?.({ ...recordOf(options, request, progress), ...outcome, latencyMs: latencyOf(progress) })
    return errorAnswer(unavailable, progress.requestId)
  }
}

interface Outcome {
  readonly code: string
  readonly status: number
  readonly cause?: unknown
}

/**
 * Writes down how the call ended before its answer leaves. What nobody in particular sent is only reported, so that
 * strangers cannot fill the audit log.
 */
async function finish(
  options: InstanceGatewayOptions,
  request: HttpRequest,
  progress: Progress,
  outcome: Outcome,
): Promise<void> {
  const { code, status } = outcome
  const record = { ...recordOf(options, request, progress), code, status, latencyMs: latencyOf(progress) }
  const isDenial = status >= 400 && status < 500 && progress.notes.authorized !== true
  if (progress.caller !== undefined) await options.audit.append(record, isDenial)
  // Only what has succeeded, and stands in the audit log, is a use.
  if (code === 'Success') options.kms.lastUses.note(progress.notes.used, record.action, Date.parse(record.time))
  options.report?.({ ...record, ...outcome })
}

const latencyOf = ({ startedAt }: Progress): number => Math.round((performance.now() - startedAt) * 1000) / 1000

function recordOf(
  { kms }: InstanceGatewayOptions,
  request: HttpRequest,
  { requestId, notes, action, caller }: Progress,
): AuditRecord {
  return {
    time: kms.now().toISOString(),
    phase: 'response',
    gateway: 'instance',
    action,
    requestId,
    source: request.sourceAddress,
    certificate: request.clientCertificate?.fingerprint,
    keyId: notes.keyId,
    keyVersionId: notes.keyVersionId,
    resource: notes.resource,
    ...(caller === undefined
      ? {}
      : { principal: callerArn(caller), accessKeyId: caller.accessKeyId, authentication: caller.authentication }),
  }
}
