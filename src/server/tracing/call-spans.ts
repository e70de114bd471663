import { AsyncLocalStorage } from 'node:async_hooks'
import type { Span, SpanContext, SpanProcessor } from './api.ts'

/** A call that is recorded. */
export interface RecordedCall {
  readonly span: Span
  /** as its caller says, whoever that is */
  readonly remote: SpanContext | undefined
  /** whether its caller has shown who it is */
  isProven: boolean
}

interface Held {
  readonly call: RecordedCall
  /** what has ended so far */
  readonly spans: unknown[]
  isKept: boolean | undefined
}

/**
 * Holds the spans of each call back until it ends: only then is it known who has called, and so whose word counts on
 * whether they are kept. Spans of no call pass.
 */
export class CallSpans implements SpanProcessor {
  readonly #next: SpanProcessor
  readonly #isKept: (call: RecordedCall) => boolean
  readonly #current = new AsyncLocalStorage<Held>()

  constructor(next: SpanProcessor, isKept: (call: RecordedCall) => boolean) {
    this.#next = next
    this.#isKept = isKept
  }

  /** The call that is under way here. */
  get current(): RecordedCall | undefined {
    return this.#current.getStore()?.call
  }

  /** Does the work of a call, at whose end its span has ended. */
  async run<T>(call: RecordedCall, work: () => Promise<T>): Promise<T> {
    const held: Held = { call, spans: [], isKept: undefined }
    try {
      return await this.#current.run(held, work)
    } finally {
      held.isKept = this.#isKept(call)
      if (held.isKept) for (const span of held.spans) this.#next.onEnd(span)
      held.spans.length = 0
    }
  }

  onStart(): void {}

  onEnd(span: unknown): void {
    const held = this.#current.getStore()
    // What a call has begun may outlast it.
    if (held === undefined || held.isKept === true) this.#next.onEnd(span)
    else if (held.isKept === undefined) held.spans.push(span)
  }

  forceFlush(): Promise<void> {
    return this.#next.forceFlush()
  }

  shutdown(): Promise<void> {
    return this.#next.shutdown()
  }
}
