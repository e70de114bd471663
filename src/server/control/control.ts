import type { HttpRequest, HttpResponse } from '../../gateway/http.ts'
import type { Route } from '../http/route.ts'
import { MovableClock } from './clock.ts'
import { type Duration, milliseconds } from './duration.ts'
import { Faults } from './faults.ts'
import { type RecordedCall, recordedCall } from './recorded-call.ts'

/** What is controlled. */
interface Controlled {
  doDueWork(): Promise<void>
  /** @returns what goes back to this moment; nothing when there is too much for that */
  snapshot(): Promise<(() => Promise<void>) | undefined>
}

interface Exchange {
  readonly request: HttpRequest
  readonly response: HttpResponse
}

/** In memory, calls that nobody asks for must not become many. */
const mostCalls = 10_000
const mostBytes = 16 * 1024 * 1024

/** A service that a test holds in its hand: its clock, what goes wrong, what was called, and the way back. */
export class Control {
  readonly clock: MovableClock
  readonly faults = new Faults()
  readonly #exchanges: Exchange[] = []
  #bytes = 0
  #service: Controlled | undefined
  #back: (() => Promise<void>) | undefined

  /** @param start - what its clock shows at first, from when on it stands; the time of the machine unless given */
  constructor(start?: Date | string) {
    this.clock = new MovableClock(start)
  }

  /** From now on `reset` leads back to this moment. */
  async hold(service: Controlled): Promise<void> {
    this.#service = service
    this.#back = await service.snapshot()
  }

  /** Stands between the listeners and what answers. */
  around(route: Route): Route {
    return {
      ...route,
      handle: async (request) => {
        const response = await this.faults.around(request, (asked) => route.handle(asked))
        this.#note({ request, response })
        return response
      },
    }
  }

  /** Moves the clock, and does what falls due. @throws RangeError for what is no duration */
  async advance(duration: Duration): Promise<void> {
    this.clock.advance(milliseconds(duration))
    await this.#service?.doDueWork()
  }

  /** Sets the clock, forwards only, and does what falls due. @throws RangeError for a time that is past, or none */
  async setClock(time: Date | string): Promise<void> {
    await this.advance(new Date(time).getTime() - this.clock.now().getTime())
  }

  /** What was called since the start or the last reset, oldest first. */
  records(): readonly RecordedCall[] {
    return this.#exchanges.map(({ request, response }) => recordedCall(request, response))
  }

  /** Back to what there was at first; the clock, too. @throws RangeError when that was too much to remember */
  async reset(): Promise<void> {
    if (this.#back === undefined) throw new RangeError('reset: there was too much at the start to go back to it')
    await this.#back()
    this.faults.clear()
    this.clock.reset()
    this.#exchanges.length = 0
    this.#bytes = 0
  }

  #note(exchange: Exchange): void {
    this.#exchanges.push(exchange)
    this.#bytes += sizeOf(exchange)
    while (this.#exchanges.length > mostCalls || (this.#bytes > mostBytes && this.#exchanges.length > 1)) {
      const oldest = this.#exchanges.shift()
      if (oldest !== undefined) this.#bytes -= sizeOf(oldest)
    }
  }
}

const sizeOf = ({ request, response }: Exchange): number =>
  request.target.length + request.body.length + response.body.length
