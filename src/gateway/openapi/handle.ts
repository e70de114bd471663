import type { Field } from '../../api/field.ts'
import type { Operation } from '../../api/operation.ts'
import type { Caller } from '../../core/access/caller.ts'
import type { AuditLog } from '../../core/audit.ts'
import { recordingChanges } from '../../core/before-change.ts'
import { refuseWithheld } from '../../core/console/withheld.ts'
import { KmsError } from '../../core/errors.ts'
import type { Call, Kms } from '../../core/kms.ts'
import { happeningOnce } from '../../core/once.ts'
import { accessKeyLastUse } from '../../core/ram/access-key.ts'
import { newGuid } from '../../core/random-text.ts'
import { requireOwnCertificate } from '../client-certificate.ts'
import { type HttpRequest, type HttpResponse, header, peerFacts } from '../http.ts'
import { processMs } from '../memory/process-time.ts'
import type { Throttle } from '../throttle.ts'
import { errorAnswer, successAnswer } from './answer.ts'
import { type Attempt, type AuthenticationSettings, Authenticator } from './authenticate.ts'
import { type Claim, readClaim } from './claim.ts'
import { consoleCallOf, signedInCaller, withCookie } from './console-exchange.ts'
import type { ConsoleEntry } from './console-request.ts'
import { decode } from './decode.ts'
import { dryRunOutcome, dryRunSucceeded, isDryRun } from './dry-run.ts'
import {
  type AuditPhase,
  auditRecord,
  type Exchange,
  type Outcome,
  type RequestReport,
  requestReport,
} from './exchange.ts'
import { type Catalog, catalogOf, formatOf, identify } from './identify.ts'
import { type OpenapiMemory, openapiMemory } from './memory.ts'
import { openapiOperations } from './operations.ts'
import type { Pair } from './pair.ts'
import { type RequestParameters, readParameters } from './parameters.ts'
import { Strangers } from './strangers.ts'

export interface OpenapiGatewayOptions {
  readonly kms: Kms
  readonly audit: Pick<AuditLog, 'append'>
  /** what is served; everything unless given */
  readonly operations?: readonly Pair[] | undefined
  readonly authentication?: AuthenticationSettings | undefined
  /** counts the calls of this gateway, and of others that share it; none unless given */
  readonly throttle?: Throttle | undefined
  /**
   * When a signature does not match, show the string to sign, which holds the parameters: `harmless` (the default) only
   * for operations that take nothing sensitive
   */
  readonly echoStringToSign?: 'never' | 'harmless' | 'always' | undefined
  /** told once of each request, after its answer is decided */
  readonly report?: ((report: RequestReport) => void) | undefined
  /** milliseconds that never jump; those of the process unless given */
  readonly monotonicMs?: (() => number) | undefined
  /** for gateways of several threads, which remember together */
  readonly memory?: OpenapiMemory | undefined
}

export interface OpenapiGateway {
  /**
   * Answers one request. Never rejects.
   *
   * @param entry - whether pages of the console call here; they are refused unless it says so
   */
  handle(request: HttpRequest, entry?: ConsoleEntry): Promise<HttpResponse>
  /** An operator says that the clock is right, after it was not. */
  trustClock(): void
}

interface Gateway {
  readonly options: OpenapiGatewayOptions
  readonly kms: Kms
  readonly catalog: Catalog
  readonly authenticator: Authenticator
  readonly strangers: Strangers
}

/** The RPC gateway: KMS 2016-01-20 and its companions STS and RAM, as official clients speak to them. */
export function openapiGateway(options: OpenapiGatewayOptions): OpenapiGateway {
  const { kms, monotonicMs = processMs, memory = openapiMemory((length) => kms.randomBytes(length)) } = options
  const gateway: Gateway = {
    options,
    kms,
    catalog: catalogOf(options.operations ?? openapiOperations),
    authenticator: new Authenticator(kms, options.authentication ?? {}, monotonicMs, memory),
    strangers: new Strangers(monotonicMs, memory.strangers),
  }
  return {
    handle: (request, entry = 'refused') => handle(gateway, request, entry),
    trustClock: () => gateway.authenticator.trustClock(),
  }
}

async function handle(gateway: Gateway, request: HttpRequest, entry: ConsoleEntry): Promise<HttpResponse> {
  const exchange: Exchange = {
    request,
    requestId: newGuid(gateway.kms).toUpperCase(),
    started: performance.now(),
    notes: {},
    format: 'JSON',
    isDryRun: false,
  }
  try {
    const response = await answer(gateway, exchange, entry)
    return await finish(gateway, exchange, response, { code: 'Success', status: 200 })
  } catch (thrown) {
    return await fail(
      gateway,
      exchange,
      exchange.isDryRun ? dryRunOutcome(thrown) : await afterRefusal(gateway, exchange, thrown),
    )
  } finally {
    exchange.ended?.()
  }
}

/** The story of one call: identify, authenticate, throttle, refuse repetitions, decode, run, encode. */
async function answer(gateway: Gateway, exchange: Exchange, entry: ConsoleEntry): Promise<HttpResponse> {
  const { kms } = gateway
  const parameters = readParameters(exchange.request)
  exchange.format = formatOf(exchange.request, parameters)
  if (kms.sealing.isSealed) throw new KmsError('ServiceUnavailableTemporary')
  exchange.console = consoleCallOf(exchange.request, entry)
  const pair = identify(exchange.request, parameters, gateway.catalog)
  const { operation } = pair
  exchange.operation = operation

  const caller = await (pair.prove === undefined
    ? provenCaller(gateway, exchange, operation, parameters)
    : unsignedCaller(gateway, exchange, pair.prove, decode(operation, parameters.all)))

  exchange.isDryRun = isDryRun(operation, parameters.all)
  const input = decode(operation, parameters.all)
  const { requestId, notes: audit, console } = exchange
  const call: Call = { kms, caller, operation, requestId, audit, console }
  refuseWithheld(call, input)
  const run = (): unknown => pair.run(call, input)
  const result = await (operation.mutates ? runRecorded(gateway, exchange, run) : run())
  if (exchange.isDryRun) throw dryRunSucceeded()
  return withCookie(exchange, successAnswer(exchange, operation, result))
}

/** What changes something is recorded before it does, whatever else it does. */
async function runRecorded<T>(gateway: Gateway, exchange: Exchange, work: () => Promise<T> | T): Promise<T> {
  let recorded: Promise<void> | undefined
  const record = (): Promise<void> => {
    recorded ??= writeDown(gateway, exchange, 'request', gateway.kms.now())
    return recorded
  }
  const result = await happeningOnce(exchange.once, () => recordingChanges(record, work))
  await record()
  if (!exchange.isDryRun) await exchange.once?.keep(gateway.kms.records)
  return result
}

/** What was refused for the state of things may be permitted later, and then its repetition must not be. */
async function afterRefusal({ kms }: Gateway, { once, notes }: Exchange, thrown: unknown): Promise<unknown> {
  const isOfTheMoment = !(thrown instanceof KmsError) || thrown.code === 'ServiceUnavailableTemporary'
  // Who may not do it at all is not to make anybody commit anything.
  if (once === undefined || notes.authorized !== true || isOfTheMoment) return thrown
  try {
    await once.keep(kms.records)
    return thrown
  } catch (error) {
    return error
  }
}

async function provenCaller(
  gateway: Gateway,
  exchange: Exchange,
  operation: Operation,
  parameters: RequestParameters,
): Promise<Caller> {
  const claim = readClaim(exchange.request, parameters, exchange.console !== undefined)
  exchange.scheme = claim.scheme
  if (claim.scheme === 'Console') {
    const caller = await signedInCaller(gateway, exchange, operation, claim)
    letIn(gateway, exchange, operation, caller)
    return caller
  }
  const attempt = attemptOf(gateway, exchange, operation, claim)
  const proven = await gateway.authenticator.authenticate(attempt)
  letIn(gateway, exchange, operation, proven.caller)
  exchange.once = gateway.authenticator.refuseReplay(attempt, proven)
  return proven.caller
}

/**
 * Who calls where no signature is needed, by what the input proves. Strangers are slowed down before anything is done
 * for them. What they try at something that exists is written down, as with AccessKeys that exist.
 */
async function unsignedCaller(
  gateway: Gateway,
  exchange: Exchange,
  prove: NonNullable<Pair['prove']>,
  input: Record<string, unknown>,
): Promise<Caller> {
  const { request } = exchange
  gateway.strangers.admit(request.sourceAddress)
  const caller = { ...(await prove(gateway.kms, input, exchange.notes)), ...peerFacts(request) }
  if (exchange.operation !== undefined) letIn(gateway, exchange, exchange.operation, caller)
  return caller
}

function letIn({ options }: Gateway, exchange: Exchange, { quota }: Operation, caller: Caller): void {
  exchange.caller = caller
  requireOwnCertificate(exchange.request, caller)
  exchange.ended = options.throttle?.admit(caller, quota, exchange.request.body.length)
}

function attemptOf(gateway: Gateway, exchange: Exchange, operation: Operation, claim: Claim): Attempt {
  const echo = gateway.options.echoStringToSign ?? 'harmless'
  return {
    request: exchange.request,
    claim,
    mutates: operation.mutates,
    mayExplain: () => echo === 'always' || (echo === 'harmless' && !takesSecrets(operation)),
    known: (accessKeyId) => {
      exchange.accessKeyId = accessKeyId
    },
  }
}

const takesSecrets = (operation: Operation): boolean =>
  Object.values<Field>(operation.request).some((field) => field.sensitive)

async function fail(gateway: Gateway, exchange: Exchange, thrown: unknown): Promise<HttpResponse> {
  const error = thrown instanceof KmsError ? thrown : new KmsError('InternalFailure', { cause: thrown })
  const response = errorResponse(exchange, error)
  const outcome = { code: error.code, status: response.status, cause: error.cause }
  try {
    return await finish(gateway, exchange, response, outcome)
  } catch (cause) {
    // The audit log refused even this record: the answer is decided, and it holds no data.
    return unavailable(gateway, exchange, cause)
  }
}

function errorResponse(exchange: Exchange, error: KmsError): HttpResponse {
  const response = errorAnswer(exchange, {
    code: error.code,
    message: error.message,
    hostId: hostId(exchange.request),
    accessDenied: error.accessDenied,
    retryAfterMs: error.retryAfterMs,
  })
  return error.code === 'InvalidConsoleSession' ? withCookie(exchange, response) : response
}

/**
 * Writes down how the call ended, before its answer leaves. What comes from nobody in particular is only reported, so
 * that strangers cannot fill the audit log.
 */
async function finish(
  gateway: Gateway,
  exchange: Exchange,
  response: HttpResponse,
  outcome: Outcome,
): Promise<HttpResponse> {
  if (exchange.accessKeyId !== undefined || exchange.notes.resource !== undefined) {
    const now = gateway.kms.now()
    await writeDown(gateway, exchange, 'response', now, outcome)
    if (outcome.code === 'Success') noteUses(gateway.kms, exchange, now)
  }
  gateway.options.report?.(requestReport(exchange, outcome))
  return response
}

/** Only what has succeeded, and stands in the audit log, is a use. */
function noteUses({ lastUses }: Kms, { notes, caller, operation }: Exchange, now: Date): void {
  if (caller === undefined || operation === undefined) return
  lastUses.note(notes.used, operation.name, now.getTime())
  if (caller.authentication === 'AccessKey') {
    lastUses.note([accessKeyLastUse(caller.accessKeyId)], operation.name, now.getTime())
  }
}

/** Writes the records of a call, and of each resource of several. */
function writeDown(
  gateway: Gateway,
  exchange: Exchange,
  phase: AuditPhase,
  now: Date,
  outcome?: Outcome,
): Promise<void> {
  const isWhole = outcome === undefined || outcome.status === 200
  const append = (about: Exchange, how: Outcome | undefined): Promise<void> => {
    const record = auditRecord(about, phase, now, outcome && how)
    return gateway.options.audit.append(record, outcome && how && isDenial(about, how))
  }
  const { parts } = exchange.notes
  if (parts === undefined || !isWhole) return append(exchange, outcome)
  const ofParts = parts.map((part) => append({ ...exchange, notes: part }, part))
  return Promise.all([...ofParts, append(exchange, outcome)]).then(() => undefined)
}

/** Refused before anything was permitted: to look at, but not worth a record each when somebody repeats it. */
const isDenial = ({ notes }: Exchange, { status }: Outcome): boolean =>
  status >= 400 && status < 500 && notes.authorized !== true

function unavailable(gateway: Gateway, exchange: Exchange, cause: unknown): HttpResponse {
  const { code, message } = new KmsError('ServiceUnavailableTemporary')
  const response = errorAnswer(exchange, { code, message, hostId: hostId(exchange.request) })
  gateway.options.report?.(requestReport(exchange, { code, status: response.status, cause }))
  return response
}

/** The host that the client asked, if that is what its header says. */
function hostId(request: HttpRequest): string {
  const host = header(request, 'host') ?? ''
  return /^[A-Za-z0-9.:[\]-]{1,255}$/.test(host) ? host : ''
}
