import { setTimeout as wait } from 'node:timers/promises'
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
  /** milliseconds before each further attempt; a quarter of an hour in all unless given */
  readonly backoffMs?: readonly number[]
}

export const portOf = (url: string): number => {
  const { port, protocol } = new URL(url)
  return Number(port) || (protocol === 'https:' ? 443 : 80)
}

const usualBackoffMs = [1000, 10_000, 60_000, 300_000, 600_000]
const timeoutMs = 10_000
/** Deliveries that wait; more are given up, and said to be in the log. */
const mostWaiting = 1000

/** Tells webhooks of events, beside everything else: whoever is slow to take them holds nothing up. */
export class Webhooks {
  readonly #options: WebhooksOptions
  readonly #stopped = new AbortController()
  #waiting = 0

  constructor(options: WebhooksOptions) {
    this.#options = options
  }

  /** @returns when all are delivered or given up; nobody has to wait for it */
  async tell(events: readonly KeptEvent[]): Promise<void> {
    await Promise.all(
      this.#options.webhooks.flatMap((webhook) =>
        events
          .filter(({ type }) => webhook.types === undefined || webhook.types.includes(type))
          .map((event) => this.#deliver(webhook, event)),
      ),
    )
  }

  stop(): void {
    this.#stopped.abort()
  }

  async #deliver(webhook: Webhook, { id, at, type, level, resource, message }: KeptEvent): Promise<void> {
    const { backoffMs = usualBackoffMs, log } = this.#options
    if (this.#waiting >= mostWaiting) return this.#givenUp(webhook, 'too many wait')
    this.#waiting++
    try {
      const body = JSON.stringify({ eventId: id, time: at, type, level, resource, message })
      for (const pause of [0, ...backoffMs]) {
        if (pause > 0) await wait(pause, undefined, { signal: this.#stopped.signal, ref: false })
        if (await this.#post(webhook, body)) return
      }
      this.#givenUp(webhook, 'it does not answer')
    } catch (error) {
      if (!this.#stopped.signal.aborted) log.write('error', 'a webhook could not be told of an event', { error })
    } finally {
      this.#waiting--
    }
  }

  /** @returns whether it was taken */
  async #post({ url, hmacKey }: Webhook, body: string): Promise<boolean> {
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

  #givenUp({ url }: Webhook, why: string): void {
    this.#options.log.write('warn', `a webhook was not told of an event: ${why}`, { path: new URL(url).host })
  }
}
