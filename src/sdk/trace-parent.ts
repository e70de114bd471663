/*
 * Programs that trace themselves with OpenTelemetry keep what is under way behind this global, whichever of its packages
 * they use. Nothing has to be installed, or read, for those that do not.
 */

/** `@opentelemetry/api`, major version 1 */
const globalKey = Symbol.for('opentelemetry.js.api.1')
/** under which it keeps the span in a context */
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN')

interface Context {
  getValue(key: symbol): unknown
}

interface Span {
  spanContext(): { readonly traceId: string; readonly spanId: string; readonly traceFlags: number }
}

/** Adds the header of W3C Trace Context of the span that is under way, if one is. */
export function withTraceParent<Request extends { readonly headers: Readonly<Record<string, string>> }>(
  request: Request,
): Request {
  const api: { readonly context?: { active(): Context } } | undefined = Reflect.get(globalThis, globalKey)
  const span = api?.context?.active().getValue(spanKey) as Span | undefined
  if (span === undefined) return request
  const { traceId, spanId, traceFlags } = span.spanContext()
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
  return { ...request, headers: { ...request.headers, traceparent } }
}
