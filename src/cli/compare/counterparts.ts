type Members = Readonly<Record<string, unknown>>

/**
 * Which id, ciphertext or token of the one server is which of the other: what a program was given by the first, it hands
 * to both.
 */
export class Counterparts {
  readonly #known = new Map<string, string>()

  /** @param first - what the first server calls what the second calls `second` */
  learn(first: string, second: string): void {
    if (first !== second && first.length >= shortest) this.#known.set(first, second)
  }

  /** What the second server knows a value of the first by; the value itself when it is nobody's own. */
  translate(value: string): string {
    const whole = this.#known.get(value)
    if (whole !== undefined) return whole
    let text = value
    for (const [first, second] of this.#known) if (text.includes(first)) text = text.replaceAll(first, second)
    return text
  }

  /** Whether the value was seen before, so that its counterpart is settled. */
  has(value: string): boolean {
    return this.#known.has(value)
  }
}

/** Shorter texts are words, not ids. */
const shortest = 12

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
