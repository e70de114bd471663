import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** The bytes of a file, read where they are needed. Reading is synchronous: a few small pieces say where everything is. */
export interface ByteSource {
  readonly length: number
  /** Up to `length` bytes from `at`; fewer only at the end. */
  read(at: number, length: number): Uint8Array
}

export interface FileSource extends ByteSource, Disposable {}

export const memorySource = (bytes: Uint8Array): ByteSource => ({
  length: bytes.length,
  read: (at, length) => bytes.subarray(at, at + length),
})

/** @throws Error of the file system */
export function fileSource(path: string): FileSource {
  const descriptor = openSync(path, 'r')
  const { size } = fstatSync(descriptor)
  return {
    length: size,
    read: (at, length) => readFully(descriptor, at, Math.max(0, Math.min(length, size - at))),
    [Symbol.dispose]: () => closeSync(descriptor),
  }
}

function readFully(descriptor: number, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let done = 0
  while (done < length) {
    const count = readSync(descriptor, bytes, done, length - done, at + done)
    if (count === 0) break
    done += count
  }
  return bytes.subarray(0, done)
}

/** The first `length` bytes of a source. */
export const beginningOf = (source: ByteSource, length: number): ByteSource => ({
  length,
  read: (at, wanted) => source.read(at, Math.max(0, Math.min(wanted, length - at))),
})

/** A source with bytes behind it. */
export const followedBy = (source: ByteSource, more: Uint8Array): ByteSource => ({
  length: source.length + more.length,
  read(at, length) {
    const first = at < source.length ? source.read(at, Math.min(length, source.length - at)) : new Uint8Array()
    const start = at + first.length - source.length
    const second = first.length < length ? more.subarray(start, start + length - first.length) : new Uint8Array()
    return first.length === 0 ? second : second.length === 0 ? first : Buffer.concat([first, second])
  },
})

const pieceBytes = 1 << 20

/** The bytes from `start` to before `end`, in pieces of up to a mebibyte. */
export function* piecesOf(source: ByteSource, start: number, end: number): Generator<Uint8Array> {
  for (let at = start; at < end; at += pieceBytes) yield source.read(at, Math.min(pieceBytes, end - at))
}
