import { version } from '../../api/version.ts'
import type { AuditLog, AuditRecord } from '../../core/audit.ts'
import type { Seal } from '../../core/sealing/seal.ts'
import type { Change, Store } from '../../core/store.ts'
import { type HttpRequest, type HttpResponse, header } from '../../gateway/http.ts'
import { inTime } from '../audit/in-time.ts'
import type { Config } from '../config/schema.ts'
import type { Route } from '../http/route.ts'
import type { Log } from '../log.ts'
import { loadOpenTelemetry, type OpenTelemetry, type Span, type SpanExporter, type Tracer } from './api.ts'
import { CallSpans, type RecordedCall } from './call-spans.ts'
import { parseTraceParent } from './trace-parent.ts'

/**
 * Spans of calls, and of what they wait for: transactions of the store, seals, the audit log. A span holds names,
 * outcomes and times, which are in the audit log too; never what was sent or answered.
 */
export interface Tracing {
  route(route: Route): Route
  /** The record of a call says what its span is of. */
  audit(log: Pick<AuditLog, 'append'>): Pick<AuditLog, 'append'>
  store(store: Store): Store
  seal(seal: Seal): Seal
  /** Sends what is left, unless that takes too long. */
  finish(): Promise<void>
}

const finishMs = 2000

/**
 * @returns nothing unless it is wanted: then nothing is in the way of any call
 * @throws ConfigError when packages are missing
 */
export function openTracing({ traceEndpoint, traceRatio, node }: Config, log: Log): Tracing | undefined {
  if (traceEndpoint === undefined) return undefined
  const api = loadOpenTelemetry()
  // by chance, not by the trace id, which a stranger may choose
  const isTaken = (): boolean => Math.random() < traceRatio
  const { NOT_RECORD, RECORD_AND_SAMPLED } = api.SamplingDecision
  const chance = { shouldSample: () => ({ decision: isTaken() ? RECORD_AND_SAMPLED : NOT_RECORD }) }
  const batches = new api.BatchSpanProcessor({
    exporter: heard(new api.OTLPTraceExporter({ url: traceEndpoint }), log),
  })
  const calls = new CallSpans(batches, ({ remote, isProven }) => {
    const isWanted = remote?.traceFlags === 1
    // What a stranger wants is recorded, since it may turn out to be a caller; until then it has its chance only.
    return isProven ? remote === undefined || isWanted : !isWanted || isTaken()
  })
  const provider = new api.TracerProvider({
    resource: api.resourceFromAttributes({
      ...{ 'service.name': 'keyhaven', 'service.version': version, 'service.instance.id': node },
    }),
    // Who calls decides for its own traces. That it wants none counts neither before it is known who it is.
    sampler: new api.ParentBasedSampler({ root: chance, remoteParentNotSampled: chance }),
    spanProcessors: [calls],
  })
  return {
    ...tracingWith(api, provider.getTracer('keyhaven', version), calls),
    finish: () => inTime(provider.shutdown(), finishMs).catch(() => undefined),
  }
}

/** Spans that cannot be sent are dropped; that is told once per change. */
function heard(exporter: SpanExporter, log: Log): SpanExporter {
  let isFailing = false
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code !== 0
        if (failed && !isFailing) log.write('warn', 'traces cannot be sent', { error: result.error })
        if (!failed && isFailing) log.write('info', 'traces can be sent again')
        isFailing = failed
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}

function tracingWith(api: OpenTelemetry, tracer: Tracer, calls: CallSpans): Omit<Tracing, 'finish'> {
  const { ROOT_CONTEXT, SpanKind, trace } = api

  const fail = (span: Span, type: string): void =>
    void span.setAttribute('error.type', type).setStatus({ code: api.SpanStatusCode.ERROR })

  /** Does some work as a part of the call that is under way, if one is. */
  async function within<T>(
    name: string,
    attributes: Readonly<Record<string, string | number>>,
    work: () => Promise<T>,
  ) {
    const parent = calls.current?.span
    if (!parent?.isRecording()) return work()
    return spanned(startChild(name, parent, attributes), work)
  }

  function startChild(
    name: string,
    parent: Span | undefined,
    attributes: Readonly<Record<string, string | number>>,
  ): Span {
    const context = parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT }, context)
    for (const [attribute, value] of Object.entries(attributes)) span.setAttribute(attribute, value)
    return span
  }

  async function spanned<T>(span: Span, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      fail(span, error instanceof Error ? error.name : 'Error')
      throw error
    } finally {
      span.end()
    }
  }

  function startCall(request: HttpRequest, { name }: Route): RecordedCall {
    const remote = parseTraceParent(header(request, 'traceparent'))
    const context = remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT
    const span = tracer
      .startSpan(name, { kind: SpanKind.SERVER }, context)
      .setAttribute('http.request.method', request.method)
    return { span, remote, isProven: false }
  }

  async function answer(route: Route, request: HttpRequest): Promise<HttpResponse> {
    const call = startCall(request, route)
    const { span } = call
    if (!span.isRecording()) return route.handle(request)
    return calls.run(call, () =>
      spanned(span, async () => {
        const response = await route.handle(request)
        span.setAttribute('http.response.status_code', response.status)
        if (response.status >= 500) span.setStatus({ code: api.SpanStatusCode.ERROR })
        return response
      }),
    )
  }

  /** Tells the span of a call what it may hold of it, by name, and whether its caller is known. */
  function describe(call: RecordedCall, record: AuditRecord): void {
    const { span } = call
    const { action, gateway, requestId, keyId, code, phase, principal } = record
    if (principal !== undefined) call.isProven = true
    span.updateName(action).setAttribute('rpc.method', action).setAttribute('keyhaven.gateway', gateway)
    if (requestId !== undefined) span.setAttribute('keyhaven.request_id', requestId)
    if (keyId !== undefined) span.setAttribute('keyhaven.key_id', keyId)
    if (phase === 'response' && code !== undefined && code !== 'Success') span.setAttribute('error.type', code)
  }

  return {
    route: (route) => ({ ...route, handle: (request) => answer(route, request) }),
    audit: (log) => ({
      append(record, isDenial) {
        const call = calls.current
        if (call && record.phase !== 'event') describe(call, record)
        return within('audit.append', {}, () => log.append(record, isDenial))
      },
    }),
    store: (store) => ({
      get: (kind, id) => within('store.get', { 'keyhaven.record_kind': kind }, () => store.get(kind, id)),
      list: (kind, filter, page) =>
        within('store.list', { 'keyhaven.record_kind': kind }, () => store.list(kind, filter, page)),
      scan: (after, limit) => within('store.scan', {}, () => store.scan(after, limit)),
      commit: (changes) => within('store.commit', changed(changes), () => store.commit(changes)),
      close: () => store.close(),
    }),
    // no call waits for these: each is a trace of its own
    seal: (seal) => ({
      name: seal.name,
      wrap: (rootKey, aad) => spanned(startChild('seal.wrap', undefined, sealed(seal)), () => seal.wrap(rootKey, aad)),
      unwrap: (wrapped, aad) =>
        spanned(startChild('seal.unwrap', undefined, sealed(seal)), () => seal.unwrap(wrapped, aad)),
    }),
  }
}

const changed = (changes: readonly Change[]) => ({ 'keyhaven.changes': changes.length })
const sealed = ({ name }: Seal) => ({ 'keyhaven.seal': name })
