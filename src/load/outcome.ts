/** What became of a call. Throttling is told apart: a service that refuses what it must not bear is no failing service. */
export type OutcomeKind = 'ok' | 'throttled' | 'timeout' | 'failed'

export interface Outcome {
  readonly operation: string
  readonly kind: OutcomeKind
  /** of what failed: the service's code, or `network`, `certificate`, `timeout`, `badResponse` */
  readonly code?: string
  /** names the call in the service's log, where the answer said so */
  readonly requestId?: string
}

/** The class of an error by its code and text, as services and gateways of either protocol write them. */
export function errorKind(status: number, code: string, message = ''): Exclude<OutcomeKind, 'ok'> {
  const text = `${code} ${message}`.toLowerCase()
  if (text.includes('timeout') || text.includes('timed out')) return 'timeout'
  const isThrottled = status === 429 || code.split('.').includes('Throttling') || text.includes('limit exceeded')
  return isThrottled ? 'throttled' : 'failed'
}
