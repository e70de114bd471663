import type { Sink } from '../io.ts'
import { textWidth } from '../text-width.ts'

const redrawMilliseconds = 100

/** How far it is, in one line of a terminal, and silence everywhere else. */
export class Counter {
  readonly #sink: Sink
  #drawnAt = Number.NEGATIVE_INFINITY

  constructor(sink: Sink) {
    this.#sink = sink
  }

  /** `keys 12 of 340` */
  show(what: string, done: number, total: number | undefined): void {
    const now = performance.now()
    const text = total === undefined ? `${what} ${done}` : `${what} ${done} of ${total}`
    const fits = textWidth(text) < (this.#sink.columns || 80)
    if (this.#sink.isTTY !== true || !fits || now - this.#drawnAt < redrawMilliseconds) return
    this.#drawnAt = now
    this.#sink.write(`\r${text}\u001b[K`)
  }

  /** Takes the line away, so that what follows begins on an empty one. */
  clear(): void {
    if (this.#drawnAt === Number.NEGATIVE_INFINITY) return
    this.#sink.write('\r\u001b[K')
    this.#drawnAt = Number.NEGATIVE_INFINITY
  }
}
