import { hash } from 'node:crypto'

/** Stands for a text in shared memory: 64 bits under a salt, so that nobody can choose two texts that meet. */
export interface Fingerprint {
  /** 32 bits; never both zero, which marks an empty place */
  readonly high: number
  readonly low: number
}

const mostRemembered = 10_000

/** Computes fingerprints, and remembers those of texts that come again and again. */
export class Fingerprints {
  readonly #salt: string
  readonly #known = new Map<string, Fingerprint>()

  constructor(salt: Uint8Array) {
    this.#salt = Buffer.from(salt).toString('hex')
  }

  of(text: string): Fingerprint {
    // as text, since a buffer for each digest takes as long as the digest
    const digest = hash('sha256', `${this.#salt} ${text}`)
    return { high: Number.parseInt(digest.slice(0, 8), 16), low: Number.parseInt(digest.slice(8, 16), 16) || 1 }
  }

  remembered(text: string): Fingerprint {
    const known = this.#known.get(text)
    if (known) return known
    if (this.#known.size >= mostRemembered) this.#known.clear()
    const made = this.of(text)
    this.#known.set(text, made)
    return made
  }
}
