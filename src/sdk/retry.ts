import { ClientError, ServiceError } from './errors.ts'
import { monotonicMs } from './monotonic.ts'

/** What a caller may set about repeated attempts; `false` in its place means one attempt. */
export interface RetryOptions {
  /** attempts in all, 5 unless given */
  readonly attempts?: number | undefined
  /** milliseconds; attempt n is followed by a random wait of at most this times 2^n; 200 unless given */
  readonly baseDelayMs?: number | undefined
  /** upper bound of a wait in milliseconds, 10000 unless given */
  readonly maxDelayMs?: number | undefined
  /** may veto the repetition of an error that would otherwise be repeated; never permits more */
  readonly retryWhen?: ((error: ServiceError | ClientError) => boolean) | undefined
  /** called after each attempt, for logs and metrics; what it throws ends the call */
  readonly onAttempt?: ((event: AttemptEvent) => void) | undefined
}

export interface AttemptEvent {
  readonly operation: string
  /** from 1 */
  readonly attempt: number
  readonly durationMs: number
  /** absent when the attempt succeeded */
  readonly error?: ServiceError | ClientError | undefined
  /** milliseconds until the next attempt; absent when there is none */
  readonly retryInMs?: number | undefined
}

/** Time and chance, so that a test can fix them. */
export interface RetryClock {
  now(): number
  random(): number
  /** resolves after the wait, rejects when the signal fires */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

export interface RetryCall {
  readonly operation: string
  /** the call may be repeated after its answer was lost */
  readonly idempotent: boolean
  /** milliseconds on the clock's scale */
  readonly deadline: number
  readonly signal?: AbortSignal | undefined
  readonly options: RetryOptions | false
  readonly clock: RetryClock
}

/**
 * Runs `attempt` until it succeeds, fails for good, or time and attempts are used up. Waits grow exponentially with
 * full jitter, unless the service names the wait (`x-acs-retry-after`). A wait that would pass the deadline is not
 * begun: the caller gets the last error at once.
 *
 * @throws the last error of `attempt`; ClientError `aborted` if the signal fires during a wait
 */
export async function withRetry<Value>(call: RetryCall, attempt: () => Promise<Value>): Promise<Value> {
  const { clock, options } = call
  const { attempts = 5, onAttempt } = options === false ? { attempts: 1 } : options
  for (let number = 1; ; number++) {
    const startedAt = clock.now()
    const outcome = await settled(attempt)
    const event = { operation: call.operation, attempt: number, durationMs: clock.now() - startedAt }
    if ('value' in outcome) {
      onAttempt?.(event)
      return outcome.value
    }
    const { error } = outcome
    const retryInMs = number < attempts ? nextDelay(call, number, error) : undefined
    onAttempt?.({ ...event, error: asReported(error), retryInMs })
    if (retryInMs === undefined) throw error
    await clock.sleep(retryInMs, call.signal)
  }
}

async function settled<Value>(work: () => Promise<Value>): Promise<{ value: Value } | { error: unknown }> {
  try {
    return { value: await work() }
  } catch (error) {
    return { error }
  }
}

const asReported = (error: unknown): ServiceError | ClientError | undefined =>
  error instanceof ServiceError || error instanceof ClientError ? error : undefined

function nextDelay(call: RetryCall, number: number, error: unknown): number | undefined {
  const { baseDelayMs = 200, maxDelayMs = 10_000, retryWhen } = call.options === false ? {} : call.options
  const known = asReported(error)
  if (known === undefined || !mayRetry(known, call.idempotent) || retryWhen?.(known) === false) return undefined
  const asked = known instanceof ServiceError ? known.retryAfterMs : undefined
  const delay = asked ?? call.clock.random() * Math.min(maxDelayMs, baseDelayMs * 2 ** number)
  return call.clock.now() + delay < call.deadline ? delay : undefined
}

/**
 * Whether another attempt is safe and promising. A call that isn't idempotent is repeated only when the first cannot
 * have begun: it was throttled, or never left this machine.
 */
function mayRetry(error: ServiceError | ClientError, idempotent: boolean): boolean {
  if (error instanceof ServiceError) return error.throttled || (idempotent && error.retryable)
  if (error.code === 'network' || error.code === 'timeout') return idempotent || error.notSent
  return error.code === 'badResponse' && idempotent && isTemporaryStatus(error.status)
}

/** Answers of something between client and service, such as a load balancer. */
const isTemporaryStatus = (status: number | undefined): boolean =>
  status !== undefined && [429, 502, 503, 504].includes(status)

/** The machine's own time and chance. */
export const systemClock: RetryClock = {
  now: monotonicMs,
  random: Math.random,
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const aborted = (): void => {
        clearTimeout(timer)
        reject(new ClientError('aborted', 'The call was aborted.', { cause: signal?.reason }))
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', aborted)
        resolve()
      }, milliseconds)
      if (signal?.aborted) aborted()
      else signal?.addEventListener('abort', aborted, { once: true })
    }),
}
