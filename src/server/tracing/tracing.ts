import { AsyncLocalStorage } from 'node:async_hooks'
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
  const provider = new api.TracerProvider({
    resource: api.resourceFromAttributes({
      ...{ 'service.name': 'keyhaven', 'service.version': version, 'service.instance.id': node },
    }),
    // who calls decides for its own traces; of those that begin here, so many are kept
    sampler: new api.ParentBasedSampler({ root: new api.TraceIdRatioBasedSampler(traceRatio) }),
    spanProcessors: [
      new api.BatchSpanProcessor({ exporter: heard(new api.OTLPTraceExporter({ url: traceEndpoint }), log) }),
    ],
  })
  return {
    ...tracingWith(api, provider.getTracer('keyhaven', version)),
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

function tracingWith(api: OpenTelemetry, tracer: Tracer): Omit<Tracing, 'finish'> {
  const { ROOT_CONTEXT, SpanKind, trace } = api
  const current = new AsyncLocalStorage<Span>()

  const fail = (span: Span, type: string): void =>
    void span.setAttribute('error.type', type).setStatus({ code: api.SpanStatusCode.ERROR })

  /** Does some work as a part of the call that is under way, if one is. */
  async function within<T>(
    name: string,
    attributes: Readonly<Record<string, string | number>>,
    work: () => Promise<T>,
  ) {
    const parent = current.getStore()
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

  function startCall(request: HttpRequest, { name }: Route): Span {
    const remote = parseTraceParent(header(request, 'traceparent'))
    const context = remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT
    return tracer
      .startSpan(name, { kind: SpanKind.SERVER }, context)
      .setAttribute('http.request.method', request.method)
  }

  async function call(route: Route, request: HttpRequest): Promise<HttpResponse> {
    const span = startCall(request, route)
    if (!span.isRecording()) return route.handle(request)
    return spanned(span, async () => {
      const response = await current.run(span, () => route.handle(request))
      span.setAttribute('http.response.status_code', response.status)
      if (response.status >= 500) span.setStatus({ code: api.SpanStatusCode.ERROR })
      return response
    })
  }

  /** What a span may hold of a call, by name. */
  function describe(span: Span, { action, gateway, requestId, keyId, code, phase }: AuditRecord): void {
    span.updateName(action).setAttribute('rpc.method', action).setAttribute('keyhaven.gateway', gateway)
    if (requestId !== undefined) span.setAttribute('keyhaven.request_id', requestId)
    if (keyId !== undefined) span.setAttribute('keyhaven.key_id', keyId)
    if (phase === 'response' && code !== undefined && code !== 'Success') span.setAttribute('error.type', code)
  }

  return {
    route: (route) => ({ ...route, handle: (request) => call(route, request) }),
    audit: (log) => ({
      append(record, isDenial) {
        const span = current.getStore()
        if (span && record.phase !== 'event') describe(span, record)
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
