import type { SpanContext } from './api.ts'

const none = /^0+$/

/**
 * W3C Trace Context §3.2.2, as a caller sends it.
 *
 * @returns nothing for what is none: such a header is ignored
 */
export function parseTraceParent(text: string | undefined): SpanContext | undefined {
  const [, version, traceId = '', spanId = '', flags = '', rest] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(text ?? '') ?? []
  // of later versions more may follow, of this one nothing
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  if (none.test(traceId) || none.test(spanId)) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true }
}
