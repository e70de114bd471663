import { type ByteSource, requireBytes } from '../byte-reader.ts'

/** Tells how many bytes have gone by. */
export async function* counted(source: ByteSource, onBytes: (doneBytes: number) => void): AsyncGenerator<Uint8Array> {
  let done = 0
  for await (const portion of source) {
    done += requireBytes(portion).length
    onBytes(done)
    yield portion
  }
}
