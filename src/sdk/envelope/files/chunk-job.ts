import { readSync, writevSync } from 'node:fs'
import { EnvelopeError } from '../errors.ts'
import { type ChunkCipher, type ChunkLayout, chunkLength, openChunk, sealChunk, tagBytes } from '../keyhaven/chunk.ts'
import { release } from '../release.ts'

/**
 * Sealing or opening all chunks of a file, in a form that can be posted to a thread: file descriptors are numbers of
 * the process, key and counters lie in shared memory. Any number of threads may run one job at once.
 */
export interface ChunkJob {
  readonly direction: 'seal' | 'open'
  readonly cipher: ChunkCipher
  readonly layout: ChunkLayout
  readonly input: number
  /** where the first chunk begins */
  readonly inputOffset: number
  readonly output: number
  readonly outputOffset: number
  /** see `jobCounters` */
  readonly counters: Int32Array
}

/** Chunks a thread takes at a time. */
const segmentChunks = 16
/** Next segment to take, chunks done, and 1 when everybody is to stop. */
export const jobCounters = { nextSegment: 0, done: 1, stop: 2 } as const

/**
 * Works on the job until nothing is left or somebody stops it. Synchronous on purpose: a thread has nothing else to do,
 * and this way every buffer is used again while it is still in the processor's cache.
 *
 * @throws EnvelopeError `AuthenticationFailed`, `SourceChanged`; errors of the file system as they are
 */
export function runChunkJob(job: ChunkJob): void {
  const { counters, layout } = job
  const buffer = readBuffer(Math.min(layout.chunkBytes, layout.plaintextBytes) + tagBytes)
  const step = job.direction === 'seal' ? sealOne : openOne
  const segments = Math.ceil(layout.chunks / segmentChunks)
  try {
    for (;;) {
      const segment = Atomics.add(counters, jobCounters.nextSegment, 1)
      if (segment >= segments) return
      const end = Math.min(layout.chunks, (segment + 1) * segmentChunks)
      for (let index = segment * segmentChunks; index < end; index += 1) {
        if (Atomics.load(counters, jobCounters.stop) !== 0) return
        step(job, index, buffer)
        Atomics.add(counters, jobCounters.done, 1)
      }
    }
  } catch (error) {
    Atomics.store(counters, jobCounters.stop, 1)
    throw error
  } finally {
    buffer.fill(0)
  }
}

/**
 * Begins somewhere in the middle of a page. Large buffers begin 16 bytes into one, what is read at a multiple of the
 * page size at its start: a copy from the latter to the former takes several times as long on AMD's Zen 3.
 */
function readBuffer(bytes: number): Uint8Array {
  return new Uint8Array(bytes + 2048).subarray(2048)
}

function sealOne(job: ChunkJob, index: number, buffer: Uint8Array): void {
  const { layout, cipher } = job
  const plaintext = buffer.subarray(0, chunkLength(layout, index))
  readAll(job.input, plaintext, job.inputOffset + index * layout.chunkBytes)
  const sealed = sealChunk(cipher, index, index === layout.chunks - 1, plaintext)
  writeAll(job.output, sealed, job.outputOffset + index * (layout.chunkBytes + tagBytes))
  sealed.forEach(release)
}

function openOne(job: ChunkJob, index: number, buffer: Uint8Array): void {
  const { layout, cipher } = job
  const sealed = buffer.subarray(0, chunkLength(layout, index) + tagBytes)
  readAll(job.input, sealed, job.inputOffset + index * (layout.chunkBytes + tagBytes))
  const plaintext = openChunk(cipher, index, index === layout.chunks - 1, sealed)
  writeAll(job.output, plaintext, job.outputOffset + index * layout.chunkBytes)
  plaintext.forEach(release)
}

function readAll(file: number, target: Uint8Array, position: number): void {
  for (let filled = 0; filled < target.length; ) {
    const read = readSync(file, target, filled, target.length - filled, position + filled)
    if (read === 0)
      throw new EnvelopeError('SourceChanged', 'the input became shorter while it was read; nothing was written')
    filled += read
  }
}

function writeAll(file: number, parts: readonly Uint8Array[], position: number): void {
  let rest = parts.filter((part) => part.length > 0)
  let written = 0
  while (rest.length > 0) {
    const count = writevSync(file, rest, position + written)
    written += count
    rest = withoutFirst(rest, count)
  }
}

/** What is left of `parts` after their first `count` bytes. */
function withoutFirst(parts: readonly Uint8Array[], count: number): Uint8Array[] {
  const rest: Uint8Array[] = []
  let skip = count
  for (const part of parts) {
    if (skip < part.length) rest.push(part.subarray(skip))
    skip = Math.max(0, skip - part.length)
  }
  return rest
}
