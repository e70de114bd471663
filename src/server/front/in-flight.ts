import { randomUUID } from 'node:crypto'
import { KmsError } from '../../core/errors.ts'
import type { HttpRequest, HttpResponse } from '../../gateway/http.ts'
import { isInstanceRequest } from '../../gateway/instance/handle.ts'
import { refusal } from '../../gateway/refusal.ts'
import { inTime } from '../audit/in-time.ts'
import type { Route } from '../http/route.ts'

const usualPatienceMs = 1000

/** Knows which calls are under way, so that sealing can promise that no success follows it (SEC-05). */
export class InFlight {
  readonly #calls = new Set<Promise<HttpResponse>>()
  readonly #patienceMs: number
  #epoch = 0

  constructor(patienceMs = usualPatienceMs) {
    this.#patienceMs = patienceMs
  }

  watch(route: Route): Route {
    return { ...route, handle: (request) => this.#follow(request, route.handle(request)) }
  }

  /** Waits for the calls under way, up to a second; whatever takes longer is refused when it comes back. */
  async settle(): Promise<void> {
    await inTime(Promise.allSettled(this.#calls), this.#patienceMs).catch(() => undefined)
    this.#epoch++
  }

  async #follow(request: HttpRequest, call: Promise<HttpResponse>): Promise<HttpResponse> {
    const epoch = this.#epoch
    this.#calls.add(call)
    try {
      const response = await call
      if (epoch === this.#epoch) return response
      return refusal(isInstanceRequest(request), new KmsError('ServiceUnavailableTemporary'), randomUUID())
    } finally {
      this.#calls.delete(call)
    }
  }
}
