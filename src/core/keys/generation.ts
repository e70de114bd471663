import { availableParallelism } from 'node:os'
import type { KeySpecEntry } from '../../crypto/algorithms.ts'
import { generateKeyMaterial } from '../../crypto/key-material.ts'
import { KmsError } from '../errors.ts'

/** Runs heavy work a few at a time, the rest in the order it came. */
export class Turns {
  readonly #atOnce: number
  readonly #mostWaiting: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce
    this.#mostWaiting = mostWaiting
  }

  /** @throws KmsError `Rejected.Throttling` when too many wait already */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#mostWaiting) throw new KmsError('Rejected.Throttling')
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running++
    try {
      return await work()
    } finally {
      // whoever is next takes over the place
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }
}

// An RSA key takes up to seconds of a processor: one stays free for everybody else (SEC-28).
const rsaTurns = new Turns(Math.max(1, availableParallelism() - 1), 64)

/**
 * Random material for a new key. RSA keys are made a few at a time, so that making many holds nothing else up.
 *
 * @throws KmsError `Rejected.Throttling` when too many are being made already
 */
export function generateMaterial(entry: KeySpecEntry): Promise<Uint8Array> {
  return entry.kind === 'rsa' ? rsaTurns.take(() => generateKeyMaterial(entry)) : generateKeyMaterial(entry)
}
