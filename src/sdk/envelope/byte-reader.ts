import { EventEmitter } from 'node:events'
import { EnvelopeError } from './errors.ts'
import { release } from './release.ts'
import { unlessAborted } from './unless-aborted.ts'

/** Anything that yields bytes: Node streams, Web streams and async generators all do. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/**
 * A Node stream can fail before anybody reads from it, while a data key is being made, say. The event, unheard, would end
 * the program; who reads gets the error all the same.
 */
export function heard<Source extends object>(source: Source): Source {
  if (source instanceof EventEmitter) source.on('error', () => undefined)
  return source
}

const givers = new WeakSet<object>()

/** Says that nobody but its reader refers to what a source has yielded: the reader gives back the memory of what it has copied. */
export function givenAway<Source extends object>(source: Source): Source {
  givers.add(source)
  return source
}

/** Reads a source in the portions its consumer wants rather than those it arrives in. */
export class ByteReader {
  readonly #iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>
  readonly #signal: AbortSignal | undefined
  readonly #isGiven: boolean
  /** what arrived last; of it is `#waiting` */
  #arrived: Uint8Array = new Uint8Array(0)
  #waiting: Uint8Array = new Uint8Array(0)
  #ended: boolean = false
  #isAsking: boolean = false

  /** @param signal - ends also the waiting for a source that says nothing */
  constructor(source: ByteSource, signal?: AbortSignal) {
    this.#signal = signal
    this.#isGiven = givers.has(source)
    this.#iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  }

  /** Fills `target` from its start. @returns how many bytes; fewer than its length only at the end of the source */
  async fill(target: Uint8Array): Promise<number> {
    let filled = 0
    while (filled < target.length && (await this.#hasBytes())) {
      const taken = this.#waiting.subarray(0, target.length - filled)
      target.set(taken, filled)
      filled += taken.length
      this.#waiting = this.#waiting.subarray(taken.length)
      if (this.#isGiven && this.#waiting.length === 0) release(this.#arrived)
    }
    return filled
  }

  /**
   * As many bytes as `scratch` is long, or fewer at the end of the source: in `scratch`, or without copying where they
   * lie together and more has arrived already. Valid until the next call.
   */
  async portion(scratch: Uint8Array): Promise<Uint8Array> {
    if (this.#waiting.length > scratch.length) {
      const portion = this.#waiting.subarray(0, scratch.length)
      this.#waiting = this.#waiting.subarray(scratch.length)
      return portion
    }
    return scratch.subarray(0, await this.fill(scratch))
  }

  /** Exactly `length` bytes, or fewer at the end of the source. */
  async take(length: number): Promise<Uint8Array> {
    const target = new Uint8Array(length)
    return target.subarray(0, await this.fill(target))
  }

  /** The next bytes without consuming them: `length` of them, or fewer at the end of the source. */
  async peek(length: number): Promise<Uint8Array> {
    const head = await this.take(length)
    this.#waiting = Buffer.concat([head, this.#waiting])
    return head
  }

  async atEnd(): Promise<boolean> {
    return !(await this.#hasBytes())
  }

  /** Everything that is left, portion by portion as it arrives. */
  async *rest(): AsyncGenerator<Uint8Array> {
    try {
      while (await this.#hasBytes()) {
        const portion = this.#waiting
        this.#waiting = portion.subarray(portion.length)
        yield portion
      }
    } finally {
      await this.close()
    }
  }

  /** `start`, and then everything that is left. */
  async *restAfter(start: Uint8Array): AsyncGenerator<Uint8Array> {
    yield start
    yield* this.rest()
  }

  /** Everything that is left as one piece, or `undefined` when it is more than `maxBytes`. */
  async takeAll(maxBytes: number): Promise<Uint8Array | undefined> {
    const portions: Uint8Array[] = []
    let length = 0
    while (await this.#hasBytes()) {
      length += this.#waiting.length
      if (length > maxBytes) return undefined
      portions.push(this.#waiting)
      this.#waiting = this.#waiting.subarray(this.#waiting.length)
    }
    return Buffer.concat(portions, length)
  }

  /** Tells the source that nobody will read on, so that it can free what it holds. */
  async close(): Promise<void> {
    this.#waiting = new Uint8Array(0)
    if (this.#ended) return
    this.#ended = true
    const ended = Promise.resolve(this.#iterator.return?.())
    // A source that was asked and has not answered hears of it when it does.
    if (this.#isAsking) ended.catch(() => undefined)
    else await ended
  }

  async #hasBytes(): Promise<boolean> {
    while (this.#waiting.length === 0 && !this.#ended) {
      const portion = await this.#next()
      if (portion === undefined) this.#ended = true
      else this.#waiting = this.#arrived = portion
    }
    return this.#waiting.length > 0
  }

  /** @throws EnvelopeError `Aborted`; `InvalidArgument` for anything but bytes */
  async #next(): Promise<Uint8Array | undefined> {
    this.#isAsking = true
    const { done, value } = await unlessAborted(Promise.resolve(this.#iterator.next()), this.#signal)
    this.#isAsking = false
    return done ? undefined : requireBytes(value)
  }
}

/** @throws EnvelopeError `InvalidArgument` for anything but bytes */
export function requireBytes(portion: unknown): Uint8Array {
  if (portion instanceof Uint8Array) return portion
  throw new EnvelopeError('InvalidArgument', `the source must yield bytes (Uint8Array), not ${typeof portion}`)
}
