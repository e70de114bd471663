import { EnvelopeError } from '../errors.ts'

/** Reads the fields of a header one after the other. @throws EnvelopeError `DamagedHeader` beyond its end */
export class Cursor {
  readonly #bytes: Buffer
  #offset: number

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#offset = offset
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  u16(): number {
    return this.#bytes.readUInt16BE(this.#advance(2))
  }

  u32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4))
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#offset)
  }

  /** @returns where the field begins */
  #advance(length: number): number {
    const start = this.#offset
    if (start + length > this.#bytes.length) throw damagedHeader('a field runs over its end')
    this.#offset += length
    return start
  }
}

export function damagedHeader(reason: string): EnvelopeError {
  return new EnvelopeError('DamagedHeader', `the envelope's header cannot be read: ${reason}`)
}
