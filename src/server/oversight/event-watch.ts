import type { Kms } from '../../core/kms.ts'
import { forgetOldDeliveries, oweDeliveries } from '../../core/oversight/deliveries.ts'
import { forgetOldEvents, keepEvents, type Occasion } from '../../core/oversight/events.ts'
import { occasionsNow, occasionsOf } from '../../core/oversight/occasions.ts'
import type { DueWork } from '../../core/schedule/schedule.ts'
import type { Webhooks } from './webhooks.ts'

/** What ends, and how full it is, changes slowly; looking through it is not for every minute. */
const lookMs = 3_600_000

export interface EventWatchOptions {
  readonly kms: Kms
  readonly webhooks: Webhooks
  certificateEnd(): Date | undefined
}

/** Sees what somebody should know of, keeps it, and tells it. */
export class EventWatch {
  readonly #options: EventWatchOptions
  #lookedAt = Number.NEGATIVE_INFINITY
  #pending: readonly Occasion[] = []

  constructor(options: EventWatchOptions) {
    this.#options = options
  }

  /** What was seen at the last look, told before or not. */
  get pending(): readonly Occasion[] {
    return this.#pending
  }

  /** Called after what was due has been done. */
  async look(done: DueWork): Promise<void> {
    const { kms, webhooks, certificateEnd } = this.#options
    const now = kms.now()
    const isTime = now.getTime() - this.#lookedAt >= lookMs
    if (isTime) this.#pending = await occasionsNow(kms, certificateEnd())
    const seen = isTime ? this.#pending : []
    await keepEvents(kms, [...occasionsOf(done, now.toISOString()), ...seen], (transaction, event) =>
      oweDeliveries(transaction, webhooks.subscribers, event),
    )
    if (isTime) {
      await forgetOldEvents(kms)
      await forgetOldDeliveries(kms)
      this.#lookedAt = now.getTime()
    }
    void webhooks.deliver(kms)
  }
}
