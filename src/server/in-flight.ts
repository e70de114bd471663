import { errors } from '../api/errors.ts'
import type { HttpResponse } from '../gateway/http.ts'
import { inTime } from './audit/in-time.ts'
import { json, type Route } from './http/route.ts'

const patienceMs = 1000

/** Knows which calls are under way, so that sealing can promise that no success follows it (SEC-05). */
export class InFlight {
  readonly #calls = new Set<Promise<HttpResponse>>()
  #epoch = 0

  watch(route: Route): Route {
    return { ...route, handle: (request) => this.#follow(route.handle(request)) }
  }

  /** Waits for the calls under way, up to a second; whatever takes longer is refused when it comes back. */
  async settle(): Promise<void> {
    await inTime(Promise.allSettled(this.#calls), patienceMs).catch(() => undefined)
    this.#epoch++
  }

  async #follow(call: Promise<HttpResponse>): Promise<HttpResponse> {
    const epoch = this.#epoch
    this.#calls.add(call)
    try {
      const response = await call
      return epoch === this.#epoch ? response : refusal
    } finally {
      this.#calls.delete(call)
    }
  }
}

const { status, message } = errors.ServiceUnavailableTemporary
const refusal = json(status, { Code: 'ServiceUnavailableTemporary', Message: message })
