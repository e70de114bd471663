import { KmsError } from './errors.ts'

/**
 * Runs heavy work a few at a time. Those who wait take turns, so that who asks for much holds up nobody but himself: the
 * next one waits for a single piece of his work.
 */
export class Turns {
  readonly #atOnce: number
  readonly #mostWaiting: number
  /** of each owner in the order it came; who was served goes to the end */
  readonly #waiting = new Map<string, (() => void)[]>()
  #running = 0

  /**
   * @param atOnce - pieces of work at once
   * @param mostWaiting - pieces of one owner that may wait
   */
  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce
    this.#mostWaiting = mostWaiting
  }

  /**
   * @param owner - on whose behalf the work is
   * @throws KmsError `Rejected.Throttling` when too much of the owner's waits already
   */
  async take<T>(owner: string, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) await this.#wait(owner)
    else this.#running++
    try {
      return await work()
    } finally {
      // whoever is next takes over the place
      const next = this.#next()
      if (next) next()
      else this.#running--
    }
  }

  #wait(owner: string): Promise<void> {
    const queue = this.#waiting.get(owner) ?? []
    if (queue.length >= this.#mostWaiting) throw new KmsError('Rejected.Throttling')
    this.#waiting.set(owner, queue)
    return new Promise((resolve) => queue.push(resolve))
  }

  #next(): (() => void) | undefined {
    for (const [owner, queue] of this.#waiting) {
      const next = queue.shift()
      this.#waiting.delete(owner)
      if (queue.length > 0) this.#waiting.set(owner, queue)
      return next
    }
    return undefined
  }
}
