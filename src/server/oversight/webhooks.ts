import { createHash } from 'node:crypto'
import { KmsError } from '../../core/errors.ts'
import type { Kms } from '../../core/kms.ts'
import { dueDeliveries, type Subscriber, settleDelivery, takeDelivery } from '../../core/oversight/deliveries.ts'
import type { KeptEvent } from '../../core/oversight/events.ts'
import { hookSignature } from '../../targets/hooks.ts'
import type { Log } from '../log.ts'

export interface Webhook {
  readonly url: string
  /** key of the HMAC that shows the request to be this server's */
  readonly hmacKey: string
  /** types of events; all unless given */
  readonly types?: readonly string[] | undefined
}

export interface WebhooksOptions {
  readonly webhooks: readonly Webhook[]
  readonly log: Log
  now(): Date
}

export const portOf = (url: string): number => {
  const { port, protocol } = new URL(url)
  return Number(port) || (protocol === 'https:' ? 443 : 80)
}

const timeoutMs = 10_000

/**
 * Tells webhooks of events, beside everything else: whoever is slow to take them holds nothing up. What has to be told
 * is in the store until it is taken, so that no end of a server loses it.
 */
export class Webhooks {
  readonly #options: WebhooksOptions
  readonly #stopped = new AbortController()
  readonly #busy = new Set<string>()

  constructor(options: WebhooksOptions) {
    this.#options = options
  }

  get subscribers(): readonly Subscriber[] {
    return this.#options.webhooks.map(({ url, types }) => ({ name: nameOf(url), types }))
  }

  /** Delivers what is due. @returns when all is delivered or has to wait; never rejects, nobody has to wait for it */
  async deliver(kms: Kms): Promise<void> {
    await Promise.all(this.#options.webhooks.map((webhook) => this.#deliverTo(kms, webhook)))
  }

  /** What is under way is broken off, and delivered by whoever comes next. */
  stop(): void {
    this.#stopped.abort()
  }

  /** One after the other, until one is not taken: whoever is down is not asked a hundred times. */
  async #deliverTo(kms: Kms, webhook: Webhook): Promise<void> {
    const { url } = webhook
    if (this.#busy.has(url)) return
    this.#busy.add(url)
    try {
      for (const id of await dueDeliveries(kms, nameOf(url)))
        if (this.#stopped.signal.aborted || !(await this.#attempt(kms, webhook, id))) return
    } catch (error) {
      // that the store is away or the server sealed is told once, by itself
      if (error instanceof KmsError && error.code === 'ServiceUnavailableTemporary') return
      if (!this.#stopped.signal.aborted) this.#write('error', webhook, 'a webhook could not be told of an event', error)
    } finally {
      this.#busy.delete(url)
    }
  }

  /** @returns whether to go on */
  async #attempt(kms: Kms, webhook: Webhook, id: string): Promise<boolean> {
    const delivery = await takeDelivery(kms, id)
    if (!delivery) return true
    const isTaken = await this.#post(webhook, delivery.event)
    if (this.#stopped.signal.aborted) return false
    if (isTaken || delivery.isLast) await settleDelivery(kms, id)
    if (!isTaken && delivery.isLast) this.#write('warn', webhook, 'a webhook was not told of an event: it takes none')
    return isTaken
  }

  /** @returns whether it was taken */
  async #post({ url, hmacKey }: Webhook, { id, at, type, level, resource, message }: KeptEvent): Promise<boolean> {
    const body = JSON.stringify({ eventId: id, time: at, type, level, resource, message })
    const signature = hookSignature(hmacKey, body, this.#options.now())
    const headers = { 'Content-Type': 'application/json', 'X-Keyhaven-Signature': signature }
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#stopped.signal])
    try {
      const response = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal })
      await response.body?.cancel()
      return response.ok
    } catch {
      return false
    }
  }

  #write(level: 'warn' | 'error', { url }: Webhook, message: string, error?: unknown): void {
    this.#options.log.write(level, message, { path: new URL(url).host, error })
  }
}

/** The same on every server that is configured with it. */
const nameOf = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, 32)
